"""A namespace says nothing about the mesh, so its pods get no sidecar, unless a webhook takes all there are.

Why: traffic of these pods is not encrypted by the mesh, no policy applies to it and no telemetry shows it. That may be
intended; then say so, and nobody has to ask.

Example:
    kind: Namespace
    metadata:
      name: shop   # no label istio-injection, istio.io/rev or istio.io/dataplane-mode

Fix: label the namespace `istio-injection=enabled` or `istio.io/rev=REVISION` and restart its workloads, or label it
`istio-injection=disabled`. `meshctl inject-check NAMESPACE` shows what would happen.

Silent when: the namespace is Istio's own, in ambient mode, or the installation is meant to inject into every namespace
(IST0148); it has an annotation or label of Linkerd; or the input speaks of Linkerd or Consul, and not of Istio.
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
    "IST0102",
    "namespace-not-injected",
    Severity.INFO,
    reads=(Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    by = injectors(mesh).get(mesh.settings.revision or "default")
    for namespace, decision in () if by and by.for_every_namespace else undecided_namespaces(mesh):
        if decision.injected:
            yield Claim(
                namespace,
                ("metadata", "name"),
                f"Namespace {namespace.name} has no label for or against injection. Its pods get a sidecar of revision"
                f" {decision.revision} all the same, whose webhook takes them.",
                fix="Label it istio-injection=enabled, or istio-injection=disabled if no sidecars are wanted.",
            )
        else:
            yield Claim(
                namespace,
                ("metadata", "name"),
                f"Namespace {namespace.name} has no label for or against injection: its pods get no sidecar.",
                fix=f"Run `kubectl label namespace {namespace.name} istio-injection=enabled`, then restart its "
                "workloads; or label it istio-injection=disabled.",
            )
