"""A sidecar asks for more CPU or memory than its limit allows.

Why: the API server refuses such a pod, so the workload does not start, or does not roll out.

Example:
    template:
      metadata:
        annotations:
          sidecar.istio.io/proxyMemory: 512Mi
          sidecar.istio.io/proxyMemoryLimit: 256Mi

Fix: raise the limit or lower the request.

Silent when: the pods get no proxy. Where that depends on a Namespace that is not in the input, or one of the two
amounts is only assumed to be Istio's default, it is a warning.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
    gets_proxy,
    injector,
    proxy_settings,
    top_owner,
)


@analyzer(
    "MSH105",
    "proxy-request-exceeds-limit",
    Severity.ERROR,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        if not workload.proxy and not workload.pod_annotations:
            continue
        settings = {(s.bound, s.resource): s for s in proxy_settings(mesh, workload)[1]}
        for resource in ("cpu", "memory"):
            request, limit = settings.get(("requests", resource)), settings.get(("limits", resource))
            if not request or not limit or not (request.path or limit.path):
                continue
            if request.amount is None or limit.amount is None or request.amount <= limit.amount:
                continue
            injected = gets_proxy(mesh, workload)
            if injected is False or top_owner(mesh, workload) is not workload:
                continue
            known = (request.path and limit.path) or injector(mesh, workload) is not None
            yield Claim(
                workload,
                request.path or limit.path,
                f"The proxy of {workload.id} requests {request.raw} of {resource}, more than its limit of {limit.raw}: "
                "the API server refuses the pod.",
                fix="Raise the limit or lower the request.",
                severity=None if injected and known else Severity.WARNING,
            )
