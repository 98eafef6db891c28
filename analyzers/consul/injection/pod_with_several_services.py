"""A pod that Consul injects is selected by several Services, so that it never starts.

Why: Consul registers it once for each Service. The init container waits for exactly one service and its proxy; it finds
more and waits for ever.

Example:
    kind: Service
    metadata: {name: web-headless}   # selects the same pods as web
    spec:
      clusterIP: None
      selector: {app: web}

Fix: give all Services but one the label `consul.hashicorp.com/service-ignore: "true"`, or name the one in the
annotation `consul.hashicorp.com/kubernetes-service` of the pods.

Silent when: the pod says by connect-service what it is called: all registrations are the same then, or each of its
services has its own.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer, enumerated
from meshctl.analysis.api.consul import PREFIX, SEEN, starting_pods


@analyzer("CSL105", "consul-pod-with-several-services", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in starting_pods(mesh):
        if not pod.names and len(pod.services) > 1:
            names = enumerated((service.name for service in pod.services), len(pod.services))
            yield Claim(
                pod.workload,
                pod.workload.pod_field("metadata", "labels"),
                f"{len(pod.services)} Services select these pods ({names}): Consul registers each, and the init "
                "container, which waits for one, waits for ever.",
                fix=f'Give all but one the label {PREFIX}service-ignore: "true".',
                related=tuple(Also(s, ("spec", "selector"), "selects them") for s in pod.services[:10]),
                on_key=True,
            )
