"""A DestinationRule is for a host that no Service and no ServiceEntry defines.

Why: the rule has no effect: its connection limits, outlier detection, TLS settings and subsets apply to nothing.

Example:
    kind: DestinationRule
    spec:
      host: reviewz     # there is a Service `reviews`

Fix: name an existing Service (short within its own namespace, else `name.namespace.svc.cluster.local`), or add a
ServiceEntry for a host outside the mesh.

Silent when: a ServiceEntry covers the host; a wildcard is for the whole mesh (`*.local`), or covers a host that exists
(`*.shop.svc.cluster.local`).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    DestinationRule,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    destinationrule_hosts,
    hosts,
)


@analyzer(
    "IST0174",
    "destinationrule-host-not-found",
    Severity.WARNING,
    reads=(DestinationRule, Service, ServiceEntry),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for edge, missing in destinationrule_hosts(mesh).missing:
        near = hosts(mesh).nearest(edge.label, edge.source.namespace)
        yield Claim(
            edge.source,
            edge.path,
            f"Host {edge.label} {ABSENT} as a Service or ServiceEntry: the rule applies to nothing.",
            fix=f"Did you mean {near}?" if near else f"Create {missing.name}, name a host that exists, or remove it.",
            absent=missing,
        )
