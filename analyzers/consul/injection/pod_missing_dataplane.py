"""A pod runs without the sidecar of Consul that it should have.

Why: the sidecar is added only when a pod is created. A pod that is older than its annotation, or was created while the
webhook was not there, is not registered in Consul: nobody in the mesh finds it, and it finds nobody.

Example:
    kind: Pod
    metadata:
      name: cart-5d9f
      annotations: {consul.hashicorp.com/connect-inject: "true"}
    spec:
      containers:
      - name: cart   # no consul-dataplane beside it

Fix: restart the workload, so that its pods are made anew.

Silent when: the pod has ended or is a gateway; or the sidecar has the name that older releases gave it, envoy-sidecar.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Pod,
    Severity,
    Workload,
    analyzer,
    restart_advice,
)
from meshctl.analysis.api.consul import consul_injection, dataplanes, is_gateway


@analyzer(
    "CSL102",
    "consul-pod-missing-dataplane",
    Severity.WARNING,
    reads=(Workload, Namespace, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in mesh.all(Pod):
        if not pod.is_created or pod.has_ended or is_gateway(pod) or dataplanes(pod):
            continue
        decision = consul_injection(mesh).decide(pod)
        if decision.injected:
            yield Claim(
                pod,
                ("metadata", "name"),
                f"Pod {pod.full_name} has no sidecar of Consul and should have one. {decision.reason}",
                fix=restart_advice(mesh, pod),
            )
