"""Two PeerAuthentications select the same workload; only one of them is used for it.

Why: of the PeerAuthentications whose selector fits a workload istiod takes the oldest and ignores the others without a
word, also where they are about different ports.

Example:
    kind: PeerAuthentication
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      mtls: {mode: STRICT}
    ---
    kind: PeerAuthentication
    metadata: {name: front, namespace: shop}
    spec:
      selector: {matchLabels: {tier: front}}   # a Deployment carries both labels
      mtls: {mode: PERMISSIVE}

Fix: merge them into one, or make their selectors exclude each other.

Silent when: one of the two is for the whole namespace or the mesh: the one with a selector comes before it, as
intended.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    MeshGraph,
    PeerAuthentication,
    Severity,
    Workload,
    analyzer,
    enumerated,
    others,
    top_owner,
)
from meshctl.analysis.api.policyselectors import peerauthentication_rivals, peerauthentications_by_place


@analyzer("KIA0003", "peerauthentications-select-same-workload", Severity.ERROR, reads=(PeerAuthentication, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for own, together, shared in peerauthentication_rivals(mesh).contests(peerauthentications_by_place(mesh)):
        workloads = sorted({str(top_owner(mesh, workload).id) for workload in shared})
        for policy in own:
            rivals, names = others(policy, together)
            yield Claim(
                policy,
                ("metadata", "name"),
                f"{enumerated(workloads, len(workloads))} is selected by {names} as well: only the oldest of these"
                " PeerAuthentications is used.",
                fix="Merge them into one, or make their selectors exclude each other.",
                related=tuple(Also(p, ("metadata", "name"), "selects the same workload") for p in rivals),
            )
