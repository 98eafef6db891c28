"""A route or mirror sends requests to a port that its host does not have.

Why: Envoy has a cluster for each port of a Service. There is none for another number, so the requests get a 503.

Example:
    destination:
      host: reviews          # its Service has the ports 8080 and 9090
      port: {number: 8081}

Fix: write a port of the Service itself, its `port`, not the `targetPort` of the container behind it.

Silent when: the host itself is not known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    HostEntry,
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
    "IST0101",
    "virtualservice-destination-port-not-found",
    Severity.ERROR,
    reads=(VirtualService, Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route in routes(mesh):
        port = route.to.port
        if route.entry is None or port is None or port in route.entry.ports:
            continue
        harm = "the copies of requests are lost" if route.to.mirror else "requests that take this route get a 503"
        yield Claim(
            route.source,
            (*route.to.path, "host"),
            f"Host {route.to.host} has no port {port}: {harm}.",
            fix=_fix(route.entry, port),
            key=(str(port),),
        )


def _fix(entry: HostEntry, port: int) -> str:
    if port in entry.ports_by_target:
        return f"Write {entry.ports_by_target[port]}: {port} is the target port behind it, in the container."
    ports = entry.ports
    if len(ports) == 1:
        return f"Did you mean {next(iter(ports))}, its only port?"
    names = enumerated(map(str, ports), len(ports))
    return f"Did you mean one of its ports: {names}?" if ports else "Give the host a port: it has none at all."
