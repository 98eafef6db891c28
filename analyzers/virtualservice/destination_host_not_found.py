"""A route or mirror sends requests to a host that no Service and no ServiceEntry defines.

Why: Envoy has no cluster for the host, so every request that takes this route gets a 503 (NR or UH in the access log).
Copies for a mirror are lost without a trace.

Example:
    kind: VirtualService
    spec:
      hosts: [reviews]
      http:
      - route:
        - destination: {host: reviewz}   # there is a Service `reviews`

Fix: name an existing Service (short within its own namespace, else `name.namespace.svc.cluster.local`; `name.namespace`
alone is not expanded), or add a ServiceEntry for a host outside the mesh.

Silent when: a wildcard ServiceEntry covers the host; the Service is exported to a namespace that the VirtualService is
exported to (its own where that is everybody), or to that of one of its Gateways. A host that exists, but is exported to
others, is an error where nobody else can use the VirtualService, else a warning.
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
    enumerated,
    hosts,
    routes,
)


@analyzer(
    "IST0101",
    "virtualservice-destination-host-not-found",
    Severity.ERROR,
    reads=(VirtualService, Service, ServiceEntry),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for vs in mesh.all(VirtualService):
        for to in vs.destinations_without_host:
            # That the field is needed is said elsewhere.
            message = "The destination names no host, so there is none to send requests to."
            yield Claim(vs, to.path, message, fix="Write the host of a Service.", severity=Severity.INFO)
    known = hosts(mesh)
    for route in routes(mesh):
        if route.entry is not None:
            continue
        vs, host, path = route.source, route.to.host, (*route.to.path, "host")
        harm = "the copies of requests are lost" if route.to.mirror else "requests that take this route get a 503"
        if hidden := known.hidden(host, vs.namespace):
            owner = min(hidden.providers, key=lambda p: p.id)
            certain = "*" not in vs.export_to and not vs.gateway_references
            clients = enumerated(route.clients, len(route.clients))
            yield Claim(
                vs,
                path,
                f"Host {host} is not visible in namespace {clients}, where this VirtualService is used, because"
                f" {owner.id} is exported to others only: {harm}.",
                fix=f"Export {owner.id} to {clients} as well, or this VirtualService only to those who see the host.",
                severity=None if certain else Severity.WARNING,
            )
            continue
        near = known.nearest(host, vs.namespace)
        missing = known.missing(host, vs.namespace)
        yield Claim(
            vs,
            path,
            f"Host {host} {ABSENT} as a Service or ServiceEntry: {harm}.",
            fix=f"Did you mean {near}?" if near else f"Create {missing.name}, or name a host that exists.",
            absent=missing,
        )
