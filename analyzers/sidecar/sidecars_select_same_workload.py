"""Two Sidecars select the same workload; a proxy can only use one of them.

Why: istiod takes one Sidecar for a proxy and ignores the others without a word; which one is not defined. Hosts that
only an ignored one imports are unreachable, limits that it sets are not in force.

Example:
    kind: Sidecar
    metadata: {name: one, namespace: shop}
    spec:
      workloadSelector: {labels: {app: web}}
    ---
    kind: Sidecar
    metadata: {name: two, namespace: shop}
    spec:
      workloadSelector: {labels: {tier: front}}   # a Deployment carries both labels

Fix: merge the Sidecars into one, or make their selectors exclude each other.

Silent when: one of the two is for the whole namespace (the one with a selector wins, as intended), or the workload is
in ambient mode, where no Sidecar is used.
"""

from collections.abc import Iterator, Sequence

from meshctl.analysis.api import (
    Also,
    Claim,
    MeshGraph,
    Namespace,
    Severity,
    Sidecar,
    Workload,
    analyzer,
    enumerated,
    others,
    sidecar_rivals,
    sidecars_by_place,
    top_owner,
)


@analyzer("IST0110", "sidecars-select-same-workload", Severity.ERROR, reads=(Sidecar, Workload, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for own, together, shared in sidecar_rivals(mesh).contests(sidecars_by_place(mesh)):
        names = sorted({str(top_owner(mesh, workload).id) for workload in shared})
        for sidecar in own:
            yield _claim(sidecar, together, names)


def _claim(sidecar: Sidecar, together: Sequence[Sidecar], shared: Sequence[str]) -> Claim:
    rivals, names = others(sidecar, together)
    return Claim(
        sidecar,
        ("metadata", "name"),
        f"{enumerated(shared, len(shared))} is selected by {names} as well: only one of these Sidecars is used.",
        fix="Merge the Sidecars into one, or make their selectors exclude each other.",
        related=tuple(Also(s, ("metadata", "name"), "selects the same workload") for s in rivals),
    )
