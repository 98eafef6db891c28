"""A route or mirror sends requests to a host that no Service and no ServiceEntry defines.

Why: Envoy has no cluster for the host, so every request that takes this route gets a 503 (NR or UH in the access log).

Example:
    kind: VirtualService
    spec:
      hosts: [reviews]
      http:
      - route:
        - destination: {host: reviewz}   # there is a Service `reviews`

Fix: name an existing Service (short within its own namespace, else `name.namespace.svc.cluster.local`; `name.namespace`
alone is not expanded), or add a ServiceEntry for a host outside the mesh.

Silent when: a wildcard ServiceEntry covers the host; the Service is exported to the namespace of the VirtualService or
to one that the VirtualService is exported to.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    destination_hosts,
    hosts,
)


@analyzer(
    "IST0101",
    "virtualservice-destination-host-not-found",
    Severity.ERROR,
    reads=(VirtualService, Service, ServiceEntry),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for edge, missing in destination_hosts(mesh).missing:
        near = hosts(mesh).nearest(edge.label, edge.source.namespace)
        mirrored = "mirror" in edge.path or "mirrors" in edge.path
        harm = "the copies of requests go nowhere" if mirrored else "requests that take this route get a 503"
        yield Claim(
            edge.source,
            edge.path,
            f"Host {edge.label} {ABSENT} as a Service or ServiceEntry: {harm}.",
            fix=f"Did you mean {near}?" if near else f"Create {missing.name}, or name a host that exists.",
            absent=missing,
        )
