"""Linkerd is asked to inject pods that use the node's network.

Why: with `hostNetwork: true` a pod has no network of its own whose traffic could be redirected, so the injector leaves
it out. Its traffic is not encrypted by the mesh and no policy of Linkerd holds for it.

Example:
    kind: DaemonSet
    spec:
      template:
        metadata:
          annotations: {linkerd.io/inject: enabled}
        spec:
          hostNetwork: true

Fix: remove hostNetwork, or say `linkerd.io/inject: disabled` so that nobody counts on the proxy.

Only an info where the namespace asks and not the pod itself.

Silent when: nobody asks for a proxy, or something else keeps it away already.
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
)
from meshctl.analysis.api.linkerd import INJECT, asked_workloads


@analyzer(
    "LKD104",
    "linkerd-injection-on-host-network",
    Severity.WARNING,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload, decision in asked_workloads(mesh):
        if decision.cause == "host network":
            yield Claim(
                workload,
                decision.path,
                "These pods use the node's network, so the injector of Linkerd leaves them out, though"
                f" {'they ask' if INJECT in workload.pod_annotations else 'their namespace asks'} for a proxy.",
                fix=f"Remove hostNetwork, or set {INJECT}: disabled on the pods.",
                severity=None if INJECT in workload.pod_annotations else Severity.INFO,
            )
