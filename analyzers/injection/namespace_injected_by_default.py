"""A namespace says nothing about the mesh and is injected, because the installation injects everywhere.

Why: Istio is installed with enableNamespacesByDefault. Whoever reads the namespace cannot see that its pods get
sidecars, and another installation of the same manifests would leave them out.

Example:
    kind: Namespace
    metadata:
      name: shop   # no label istio-injection or istio.io/rev

Fix: label the namespace `istio-injection=enabled`, or `istio-injection=disabled` where no sidecars are wanted.

Silent when: the namespace is Istio's own, in ambient mode, or has a label for or against injection; the default
revision is not installed so.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    analyzer,
    injectors,
    undecided_namespaces,
)


@analyzer(
    "IST0148",
    "namespace-injected-by-default",
    Severity.INFO,
    reads=(Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    by = injectors(mesh).get(mesh.settings.revision or "default")
    for namespace, decision in undecided_namespaces(mesh) if by and by.for_every_namespace else ():
        if decision.injected:
            yield Claim(
                namespace,
                ("metadata", "name"),
                f"Namespace {namespace.name} has no injection label; its pods get a sidecar because revision "
                f"{decision.revision} injects into every namespace.",
                fix="Label it istio-injection=enabled, or istio-injection=disabled if no sidecars are wanted.",
            )
        else:
            yield Claim(
                namespace,
                ("metadata", "name"),
                f"Namespace {namespace.name} has no injection label. Istio is installed to inject into every namespace,"
                f" but its pods get no sidecar. {decision.reason}",
                fix="Label it istio-injection=enabled, or see why no webhook of the default revision takes it.",
            )
