"""A route or mirror names no port, and its host has several.

Why: without a port the one of the request itself is used, which is right only where caller and host number their ports
alike. Through a gateway (port 80 or 443) it seldom is, and the requests get a 503.

Example:
    destination:
      host: reviews          # its Service has the ports 8080 and 9090

Fix: add `port: {number: 8080}` to the destination.

Only an info where a ServiceEntry states its only port twice.

Silent when: the host has one port, or is not known; several resources answer for it and one of them has one port.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    enumerated,
    routes,
)


@analyzer(
    "IST0112",
    "virtualservice-destination-port-missing",
    Severity.ERROR,
    reads=(VirtualService, Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route in routes(mesh):
        if route.entry is None or route.to.port is not None:
            continue
        if route.entry.same_port_twice:
            yield Claim(
                route.source,
                (*route.to.path, "host"),
                f"The destination names no port, and {route.entry.first.id} states the only one of {route.to.host}"
                " twice.",
                fix="Give each port a number of its own, or name the port in the destination.",
                severity=Severity.INFO,
            )
        if not route.entry.always_several_ports:
            continue
        ports = route.entry.ports
        yield Claim(
            route.source,
            (*route.to.path, "host"),
            f"Host {route.to.host} has several ports and the destination names none: requests are sent to the port"
            " they came in on, and get a 503 where the host has no such port.",
            fix=f"Add a port to the destination, one of {enumerated(map(str, ports), len(ports))}.",
        )
