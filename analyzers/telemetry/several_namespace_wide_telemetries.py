"""A namespace has several Telemetries for all its workloads; only one of them is used.

Why: istiod takes one Telemetry without selector for a namespace (in the root namespace, for the mesh) and ignores the
others without a word, also where they are about different things: one about metrics switches off one about access logs.

Example:
    kind: Telemetry
    metadata: {name: metrics, namespace: shop}
    ---
    kind: Telemetry
    metadata: {name: access-logs, namespace: shop}   # no selector either

Fix: merge them into one, or give each a selector.

Silent when: a Telemetry has a selector with labels, or is attached by `targetRefs`.
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


@analyzer("IST0160", "several-namespace-wide-telemetries", Severity.ERROR, reads=(Telemetry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for (_, namespace, selector, gateways), together in telemetries_by_place(mesh).items():
        if selector or gateways or len(together) < 2:
            continue
        for telemetry in together:
            rivals, names = others(telemetry, together)
            yield Claim(
                telemetry,
                ("metadata", "name"),
                f"This Telemetry and {names} are all for the whole namespace {namespace}: only one of them is used.",
                fix="Merge them into one, or give each a selector.",
                related=tuple(Also(t, ("metadata", "name"), "is for the whole namespace too") for t in rivals),
            )
