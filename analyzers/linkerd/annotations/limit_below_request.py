"""The proxy of Linkerd would get a limit below its request.

Why: the API server refuses a pod in which a container requests more than its limit. So no new pod of the workload
comes up, though its own containers are right.

Example:
    kind: Namespace
    metadata:
      annotations:
        linkerd.io/inject: enabled
        config.linkerd.io/proxy-memory-request: 250Mi
        config.linkerd.io/proxy-memory-limit: 128Mi

Fix: raise the limit, or lower the request; both may stand on the namespace, the pods or in the installation.

Silent when: one of the two is not set anywhere, or is no amount (LKD111).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.linkerd import meshed_workloads, proxy_bounds


@analyzer(
    "LKD112",
    "linkerd-proxy-limit-below-request",
    Severity.ERROR,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    seen = set()
    for workload, _ in meshed_workloads(mesh):
        for bounds in proxy_bounds(mesh, workload):
            annotated = bounds.limit if bounds.limit.path else bounds.request
            place = (annotated.subject.id, annotated.path)
            if not annotated.path or bounds.fits or place in seen:
                continue
            seen.add(place)
            other = bounds.request if annotated is bounds.limit else bounds.limit
            yield Claim(
                annotated.subject,
                annotated.path,
                f"The proxy of {workload.id} would request {bounds.request.value} of {bounds.resource} with a limit of"
                f" {bounds.limit.value}: the API server refuses such a pod.",
                fix="Raise the limit, or lower the request.",
                related=(Also(other.subject, other.path, "the other bound"),) if other.path else (),
            )
