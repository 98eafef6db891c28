"""A subset of a DestinationRule selects pods that are not behind its host.

Why: a subset is a part of the endpoints of its host. The labels are right, but the pods that carry them belong to other
Services: Envoy has a cluster without endpoints for the subset, and every request that is routed to it gets a 503 (UH).

Example:
    kind: DestinationRule
    spec:
      host: reviews               # selects app: reviews, of which there is version: v1 alone
      subsets:
      - name: v2
        labels: {version: v2}     # carried by pods of ratings

Fix: write labels that pods of the Service carry, or deploy such pods.

Silent when: something behind the host carries the labels or may get them; no pod at all carries them, which is IST0173.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    DestinationRule,
    Machine,
    MeshGraph,
    Missing,
    Node,
    Service,
    ServiceEntry,
    Severity,
    Workload,
    analyzer,
    empty_subsets,
    selector_text,
)

KINDS = Workload.KINDS + Machine.KINDS


@analyzer(
    "MSH418",
    "destinationrule-subset-elsewhere",
    Severity.ERROR,
    reads=(DestinationRule, Service, ServiceEntry, Workload, Machine, Node),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for empty in empty_subsets(mesh):
        if empty.elsewhere:
            wanted = selector_text(empty.subset.labels)
            yield Claim(
                empty.rule,
                (*empty.subset.path, "labels"),
                f"Subset {empty.subset.name} selects nothing, so requests for it get a 503: pods carry {wanted}, yet"
                f" one behind {empty.provider.id} {ABSENT}.",
                fix=f"Write labels of the pods behind {empty.provider.id}, or deploy such pods with {wanted}.",
                absent=Missing("workload", wanted, KINDS, empty.provider.namespace),
            )
