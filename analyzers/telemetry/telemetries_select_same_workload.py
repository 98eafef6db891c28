"""Two Telemetries select the same workload; a proxy can only use one of them.

Why: istiod takes one of the Telemetries with a selector for a proxy and ignores the others without a word, also where
they are about different things: metrics, traces or access logs that only an ignored one asks for are not made.

Example:
    kind: Telemetry
    metadata: {name: metrics, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
    ---
    kind: Telemetry
    metadata: {name: access-logs, namespace: shop}
    spec:
      selector: {matchLabels: {tier: front}}   # a Deployment carries both labels

Fix: merge the Telemetries into one, or make their selectors exclude each other.

Silent when: one of the two is for the whole namespace (the one with a selector is merged over it, as intended), or the
workload is a waypoint, which does not look at selectors. One that names a Gateway in `targetRefs` selects its pods.
"""

from collections.abc import Iterator, Sequence

from meshctl.analysis.api import (
    Also,
    Claim,
    MeshGraph,
    Severity,
    Telemetry,
    Workload,
    analyzer,
    enumerated,
    others,
    telemetries_by_place,
    telemetry_rivals,
    top_owner,
)


@analyzer("IST0159", "telemetries-select-same-workload", Severity.ERROR, reads=(Telemetry, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for own, together, shared in telemetry_rivals(mesh).contests(telemetries_by_place(mesh)):
        names = sorted({str(top_owner(mesh, workload).id) for workload in shared})
        for telemetry in own:
            yield _claim(telemetry, together, names)


def _claim(telemetry: Telemetry, together: Sequence[Telemetry], shared: Sequence[str]) -> Claim:
    rivals, names = others(telemetry, together)
    return Claim(
        telemetry,
        ("metadata", "name"),
        f"{enumerated(shared, len(shared))} is selected by {names} as well: only one of these Telemetries is used.",
        fix="Merge the Telemetries into one, or make their selectors exclude each other.",
        related=tuple(Also(t, ("metadata", "name"), "selects the same workload") for t in rivals),
    )
