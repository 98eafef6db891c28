"""A route of a Service does not count for a namespace that has a route of its own for it.

Why: the clients of that namespace use their own route alone. The timeouts, retries and shares of traffic that the owner
of the Service has laid down do not reach them.

Example:
    kind: HTTPRoute
    metadata: {namespace: shop}   # namespace clients has another HTTPRoute for this Service
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews}]

Fix: nothing, if that is what both want; otherwise remove the route of the clients.

Silent when: the two are for different ports, or are of different kinds.
"""

from collections.abc import Iterator
from itertools import islice

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    enumerated,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, MeshRoute, mesh_routes


@analyzer(
    "GWA608",
    "producer-route-overridden",
    Severity.INFO,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for service, routes in mesh_routes(mesh).items():
        consumers: dict[tuple[str, int | None], dict[str, MeshRoute]] = {}
        for one in routes:
            if one.clients:
                consumers.setdefault((one.route.id.kind, one.port), {}).setdefault(one.clients, one)
        for one in routes:
            overriding = consumers.get((one.route.id.kind, one.port), {}) if not one.clients else {}
            if overriding:
                shown = list(islice(overriding.items(), MOST))
                yield Claim(
                    one.route,
                    (*one.ref.path, "name"),
                    f"Clients of {enumerated((name for name, _ in shown), len(overriding))} have a route of their own"
                    f" for {service.id}: this one does not count for them.",
                    fix="Remove their route where they are to use this one.",
                    related=tuple(Also(other.route, other.ref.path, "counts instead") for _, other in shown),
                )
