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

Only an info where those without selector are attached to something by `targetRefs`, which keeps them apart.

Silent when: a Telemetry has a selector; one without labels is for the namespace too, which is MSH448.
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
    telemetries_without_selector,
)


@analyzer("IST0160", "several-namespace-wide-telemetries", Severity.ERROR, reads=(Telemetry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    reported = set()
    for (_, namespace, selector, gateways), together in telemetries_by_place(mesh).items():
        # Of those with an empty selector MSH448 speaks.
        bare = [t for t in together if t.spec.get("selector") is None]
        if selector or gateways or len(bare) < 2:
            continue
        for telemetry in bare:
            reported.add(telemetry.id)
            rivals, names = others(telemetry, together)
            yield Claim(
                telemetry,
                ("metadata", "name"),
                f"This Telemetry and {names} are all for the whole namespace {namespace}: only one of them is used.",
                fix="Merge them into one, or give each a selector.",
                related=tuple(Also(t, ("metadata", "name"), "is for the whole namespace too") for t in rivals),
            )
    for alike in telemetries_without_selector(mesh):
        for telemetry in alike if len(alike) > 1 else ():
            if telemetry.id not in reported:
                _, names = others(telemetry, alike)
                yield Claim(
                    telemetry,
                    ("metadata", "name"),
                    f"This Telemetry has no selector, as {names}: only what they are attached to keeps them apart.",
                    fix="Nothing, if no two of them are attached to the same.",
                    severity=Severity.INFO,
                )
