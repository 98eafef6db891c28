"""A namespace has several Sidecars without selector; only one of them is used.

Why: a Sidecar without workloadSelector is for every proxy of its namespace that has no Sidecar of its own. istiod takes
one and ignores the others without a word; which one is not defined. Hosts that only an ignored one imports are
unreachable.

Example:
    kind: Sidecar
    metadata: {name: default, namespace: shop}
    ---
    kind: Sidecar
    metadata: {name: egress-limits, namespace: shop}   # no workloadSelector either

Fix: merge them into one, or give each a workloadSelector.

Silent when: the namespace is in ambient mode, where no Sidecar is used. A Sidecar with a selector next to one without
is as intended.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    MeshGraph,
    Namespace,
    Severity,
    Sidecar,
    analyzer,
    in_ambient_namespace,
    others,
    sidecars_by_place,
)


@analyzer("IST0111", "several-namespace-wide-sidecars", Severity.ERROR, reads=(Sidecar, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for (_, namespace, selector), together in sidecars_by_place(mesh).items():
        if selector or len(together) < 2 or in_ambient_namespace(mesh, namespace):
            continue
        for sidecar in together:
            rivals, names = others(sidecar, together)
            yield Claim(
                sidecar,
                ("metadata", "name"),
                f"This Sidecar and {names} are all for the whole namespace {namespace}: only one of them is used.",
                fix="Merge them into one, or give each a workloadSelector.",
                related=tuple(Also(s, ("metadata", "name"), "is for the whole namespace too") for s in rivals),
            )
