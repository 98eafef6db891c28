"""A route sends requests to a port that the Service does not have.

Why: proxies have a cluster for each port of a Service and none for this one, so every request that takes the rule gets
a 500 or 503. Some controllers accept the route all the same.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - backendRefs:
        - {name: reviews, port: 8080}   # the Service has port 80, with targetPort 8080

Fix: write the port of the Service, not that of its pods.

Silent when: the Service has the port; or is not known, which is GWA301; or is of type ExternalName, which needs none.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    GatewayRoute,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    enumerated,
)
from meshctl.analysis.api.gatewayapi import ReferenceGrant, route_backends


@analyzer(
    "GWA302",
    "route-backend-port-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        service, port = backend.service, backend.ref.port
        if service is None or service.type == "ExternalName" or port is None or backend.port:
            continue
        yield Claim(
            backend.route,
            (*backend.ref.path, "port"),
            f"Service {service.full_name} has no port {port}: {backend.harm}.",
            fix=_fix(service, port),
            related=(Also(service, ("spec", "ports"), "the ports that it has"),),
        )


def _fix(service: Service, wanted: int) -> str:
    for port in service.ports[:MOST]:
        if port.target == wanted:
            return f"{wanted} is the port of its pods: write {port.number}, that of the Service."
    return f"It has {enumerated((str(p.number) for p in service.ports[:MOST]), len(service.ports))}: write one of them."
