"""A pod that Consul injects is selected by no Service, so that it never starts.

Why: Consul registers a pod when it finds it behind a Service of Kubernetes, and takes its name from there. Without one,
the init container waits for a registration that never comes, and the pod stays in Init.

Example:
    kind: Deployment
    metadata: {name: worker}
    spec:
      template:
        metadata:
          labels: {app: worker}   # no Service selects app=worker
          annotations: {consul.hashicorp.com/connect-inject: "true"}

Fix: create a Service that selects the pods, also where nobody calls them; or do not inject them.

Silent when: it is a gateway. A Service with the label `consul.hashicorp.com/service-ignore: "true"` does not count, nor
one that the annotation kubernetes-service does not name; each service of a pod that is several needs one of its name.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    MeshGraph,
    Missing,
    Service,
    Severity,
    analyzer,
    enumerated,
    selector_text,
)
from meshctl.analysis.api.consul import PREFIX, SEEN, ConsulPod, starting_pods


@analyzer("CSL104", "consul-pod-without-service", Severity.ERROR, reads=SEEN, absent=(Service,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in starting_pods(mesh):
        if pod.is_multiport:
            for name in pod.names:
                if name not in pod.by_service:
                    yield _claim(pod, name)
        elif not pod.services and pod.selecting:
            yield _left_out(pod)
        elif not pod.services:
            yield _claim(pod, pod.workload.pod_annotations.get(f"{PREFIX}kubernetes-service", ""))


def _claim(pod: ConsulPod, name: str) -> Claim:
    workload = pod.workload
    labels = selector_text(workload.pod_labels)
    called = f"Service {workload.namespace}/{name} for these pods" if name else f"A Service for pods with {labels}"
    return Claim(
        workload,
        workload.pod_field("metadata", "labels") if workload.pod_labels else ("metadata", "name"),
        f"{called} {ABSENT}: Consul does not register the pods, and their init container waits for ever.",
        fix="Create a Service that selects them.",
        absent=Missing("service", f"{workload.namespace}/{name or labels}", Service.KINDS, workload.namespace),
        on_key=bool(workload.pod_labels),
    )


def _left_out(pod: ConsulPod) -> Claim:
    workload = pod.workload
    names = enumerated((service.name for service in pod.selecting), len(pod.selecting))
    return Claim(
        workload,
        workload.pod_field("metadata", "labels"),
        f"Consul counts none of the Services that select the pods ({names}): "
        "it does not register them, and their init container waits for ever.",
        fix=f"Remove the label {PREFIX}service-ignore, or correct the annotation {PREFIX}kubernetes-service.",
        on_key=True,
    )
