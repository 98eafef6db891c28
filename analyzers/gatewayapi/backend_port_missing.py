"""A route sends requests to a Service and does not say to which port.

Why: a backend that is a Service needs a port, also where it has only one. The definitions of the Gateway API refuse the
whole route, and a pipeline that applies it stops there.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - backendRefs:
        - {name: reviews}

Fix: add the port of the Service.

Silent when: the backend is of another kind; or the Service is not known, which is GWA301.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
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
    "GWA303",
    "route-backend-port-missing",
    Severity.ERROR,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        service = backend.service
        if service is not None and backend.ref.without_port:
            has = enumerated((str(port.number) for port in service.ports[:MOST]), len(service.ports))
            yield Claim(
                backend.route,
                backend.ref.path,
                f"The backend Service {service.full_name} has no port: the API server refuses the route.",
                fix=f"Add the port of the Service{f': it has {has}' if has else ''}.",
            )
