"""An application starts beside its sidecar and not after it.

Why: until the proxy is ready no connection of the pod gets through. An application that calls others as it starts
fails now and then; and without a readiness probe nothing holds requests back from it until it works.

Example:
    template:
      metadata:
        annotations:
          proxy.istio.io/config: "holdApplicationUntilProxyStarts: false"
      spec:
        containers:
        - name: app   # no readinessProbe

Fix: set holdApplicationUntilProxyStarts: true in the annotation proxy.istio.io/config of the pod template or in the
mesh's defaultConfig, or use native sidecars, which always start first.

Silent when: the sidecar is native, or nothing in the input tells; every container of the application has a readiness
probe; the workload is a Job.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Node,
    Severity,
    Workload,
    analyzer,
    containers_without_readiness,
    holds_application,
    injector,
    proxied_workloads,
)


@analyzer(
    "MSH108",
    "application-may-start-before-proxy",
    Severity.INFO,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for cost in (each.template for each in proxied_workloads(mesh)):
        if cost is None or cost.native or cost.workload.id.kind in ("Job", "CronJob"):
            continue
        if cost.native is None and injector(mesh, cost.workload) is None:
            continue
        unready = containers_without_readiness(cost.workload)
        if not unready or holds_application(mesh, cost.workload):
            continue
        doubt = "" if cost.native is False else " unless sidecars are native"
        yield Claim(
            cost.workload,
            (*unready[0].path, "name"),
            f"Container {unready[0].name} of {cost.workload.id} may start before its proxy{doubt}: what it calls while "
            "it starts fails.",
            fix="Set holdApplicationUntilProxyStarts: true in the annotation proxy.istio.io/config, or in the mesh's "
            "defaultConfig.",
        )
