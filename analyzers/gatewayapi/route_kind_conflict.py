"""Routes of different kinds attach to the same port of a Service.

Why: one kind alone is used: GRPCRoutes go before HTTPRoutes, these before TLSRoutes, and TCPRoutes come last. The
others have no effect, though nothing is wrong with any of them.

Example:
    kind: TCPRoute   # there is an HTTPRoute for the same Service
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews}]

Fix: put all rules into routes of one kind, or give each kind a port of its own.

Silent when: the routes are for different ports, or are in different namespaces, one of them only for the clients
there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, kind_conflicts


@analyzer(
    "GWA603",
    "route-kind-conflict",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in kind_conflicts(mesh):
        loser, winner = conflict.loser, conflict.winner
        yield Claim(
            loser.route,
            (*loser.ref.path, "name"),
            f"{winner.route.id} is for the same port of Service {loser.service.full_name}, and {winner.route.id.kind}s"
            f" go before {loser.route.id.kind}s: this one has no effect there.",
            fix="Put all rules into routes of one kind, or give each kind a port of its own.",
            related=(Also(winner.route, winner.ref.path, "goes first"),),
        )
