"""A namespace has several labels that each decide how its pods join the mesh.

Why: one of them wins and the others do nothing. `istio-injection=enabled` wins over `istio.io/rev`, so that the
namespace stays on the default revision during an upgrade; and either wins over `istio.io/dataplane-mode=ambient`.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels:
        istio-injection: enabled
        istio.io/rev: canary

Fix: remove the labels that should not count, for instance `kubectl label namespace shop istio-injection-`.

Silent when: `istio-injection` is anything but `enabled`, which leaves no doubt; the namespace is Istio's own. That
`istio.io/dataplane-mode` is `none` beside another label is only an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    INJECTION,
    REVISION,
    Claim,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    is_istios_namespace,
    selector_text,
)

MODE = "istio.io/dataplane-mode"


@analyzer("IST0123", "namespace-multiple-injection-labels", Severity.WARNING, reads=(Namespace,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for namespace in mesh.all(Namespace):
        if is_istios_namespace(mesh, namespace.name):
            continue
        found = {key: namespace.labels[key] for key in (INJECTION, REVISION, MODE) if key in namespace.labels}
        if len(found) < 2 or found.get(INJECTION, "enabled") != "enabled":
            continue
        winner, *others = found
        idle = " and ".join(others)
        removal = " ".join(f"{key}-" for key in others)
        yield Claim(
            namespace,
            ("metadata", "labels", others[0]),
            f"Namespace {namespace.name} has the competing labels {selector_text(found)}: {winner} wins, "
            f"{idle} {'does' if len(others) == 1 else 'do'} nothing.",
            fix=f"Keep the one you mean: `kubectl label namespace {namespace.name} {removal}` keeps what holds now.",
            on_key=True,
            # It is what holds anyway.
            severity=Severity.INFO if set(others) == {MODE} and found[MODE] == "none" else None,
        )
