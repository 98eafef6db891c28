"""Routes of the mesh: those that attach to Services, and for whose requests they count."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute, ParentRef
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.attachments import Outcome, route_attachments
from meshctl.graph.kubernetesgateway.matches import rule_matches, takes_everything
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.mesh import MeshGraph, index

# The kind that reads most of a request goes first.
_FIRST = ("GRPCRoute", "HTTPRoute", "TLSRoute", "TCPRoute", "UDPRoute")


class MeshRoute(Struct, frozen=True):
    """A route that attaches to a Service. `port` is that of the Service, None for all of them.

    `clients` is the namespace for whose requests alone it counts; empty for everybody's.
    """

    route: GatewayRoute
    ref: ParentRef
    service: Service
    port: int | None
    clients: str


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def mesh_routes(mesh: MeshGraph) -> Mapping[Service, Sequence[MeshRoute]]:
    """The routes that attach to each Service: those that go first stand first."""
    found: dict[Service, list[MeshRoute]] = defaultdict(list)
    for attachment in route_attachments(mesh).with_outcome(Outcome.ATTACHED):
        route, ref, service = attachment.route, attachment.ref, attachment.parent
        if isinstance(service, Service):
            named = service.ports_by_name.get(ref.section) if ref.section else None
            port = named.number if named else ref.port
            clients = "" if route.namespace == service.namespace else route.namespace
            found[service].append(MeshRoute(route, ref, service, port, clients))
    return {service: sorted(those, key=lambda one: age(one.route)) for service, those in found.items()}


class KindConflict(Struct, frozen=True):
    """A route that has no effect for a Service, for one of another kind goes before it."""

    loser: MeshRoute
    winner: MeshRoute


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def kind_conflicts(mesh: MeshGraph) -> tuple[KindConflict, ...]:
    """Routes that give way to those of another kind for the same port and the same clients."""
    found = []
    for service, routes in mesh_routes(mesh).items():
        only = service.ports[0].number if len(service.ports) == 1 else None
        first: dict[tuple[str, int | None], MeshRoute] = {}
        for route in sorted(routes, key=lambda one: _FIRST.index(one.route.id.kind)):
            port = route.port or only
            winner = first.get((route.clients, port)) or first.get((route.clients, None))
            if winner and winner.route.id.kind != route.route.id.kind:
                found.append(KindConflict(route, winner))
            first.setdefault((route.clients, port), route)
    return tuple(found)


class Unmatched(Struct, frozen=True):
    """Routes of one kind that together leave requests to a port of a Service without a rule."""

    routes: Sequence[MeshRoute]
    port: int | None


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def unmatched_requests(mesh: MeshGraph) -> tuple[Unmatched, ...]:
    """Where routes of requests do not take all of them."""
    found = []
    for routes in mesh_routes(mesh).values():
        together: dict[tuple[str, str], dict[int | None, list[MeshRoute]]] = defaultdict(lambda: defaultdict(list))
        for one in routes:
            if one.route.has_requests:
                together[one.route.id.kind, one.clients][one.port].append(one)
        for by_port in together.values():
            everywhere = any(map(_takes_everything, by_port.get(None, ())))
            for port, those in by_port.items():
                if not everywhere and not any(map(_takes_everything, those)):
                    found.append(Unmatched(those, port))
    return tuple(found)


def _takes_everything(one: MeshRoute) -> bool:
    return any(
        takes_everything(one.route, match) for rule in one.route.rules for _, match in rule_matches(one.route, rule)
    )
