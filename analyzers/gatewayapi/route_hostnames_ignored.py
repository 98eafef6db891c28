"""A route of a Service has hostnames, which are not looked at.

Why: a mesh applies the route to all requests to the Service, whatever host they ask for. Who writes hostnames there
expects others to be left alone.

Example:
    kind: HTTPRoute
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews}]
      hostnames: [reviews.example.com]

Fix: remove the hostnames; where the host matters, match the header `Host` in the rules.

Silent when: no parent of the route is a Service, or it is a TLSRoute, of which the hosts count. It is only a note where
a Gateway is a parent, too.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, GatewayRoute, MeshGraph, Namespace, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ListenerOwner, mesh_routes


@analyzer(
    "GWA604",
    "route-hostnames-ignored",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    told = set[GatewayRoute]()
    for service, routes in mesh_routes(mesh).items():
        for route in (one.route for one in routes):
            if route.has_requests and route.hostnames and route not in told:
                told.add(route)
                yield Claim(
                    route,
                    ("spec", "hostnames"),
                    f"The route takes all requests to Service {service.full_name}: its hostnames are not looked at.",
                    fix="Remove them, or match the header Host in the rules.",
                    severity=Severity.INFO if route.wants_gateway else None,
                )
