"""A Telemetry with an empty selector is for its whole namespace, and another one is so already.

Why: istiod takes one Telemetry without labels to select by for a namespace (in the root namespace, for the mesh) and
ignores the others without a word. `selector: {}` selects nothing less than no selector at all.

Example:
    kind: Telemetry
    metadata: {name: metrics, namespace: shop}
    spec:
      selector: {}
    ---
    kind: Telemetry
    metadata: {name: access-logs, namespace: shop}   # no selector

Fix: merge them into one, or give each a selector with labels.

Silent when: no other Telemetry is for the whole namespace; it is attached by `targetRefs`. Where none of them has a
selector, it is IST0160.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    MeshGraph,
    Severity,
    Telemetry,
    analyzer,
    others,
    telemetries_by_place,
)


@analyzer("MSH448", "telemetry-empty-selector-beside-others", Severity.ERROR, reads=(Telemetry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for (_, namespace, selector, gateways), together in telemetries_by_place(mesh).items():
        if selector or gateways or len(together) < 2:
            continue
        for telemetry in together:
            if telemetry.spec.get("selector") is not None:
                rivals, names = others(telemetry, together)
                yield Claim(
                    telemetry,
                    ("spec", "selector"),
                    f"An empty selector means the whole namespace {namespace}, as for {names}: only one of these"
                    " Telemetries is used.",
                    fix="Merge them into one, or give each a selector with labels.",
                    related=tuple(Also(t, ("metadata", "name"), "is for the whole namespace too") for t in rivals),
                )
