"""Matches of routes that an equal match of an older route, or of an earlier rule, takes all requests from."""

from collections.abc import Hashable, Iterator

from msgspec import Struct

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.attachments import Attachment, Outcome, route_attachments
from meshctl.graph.kubernetesgateway.listeners import EVERY_HOST
from meshctl.graph.kubernetesgateway.matches import rule_matches
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path


class MatchPlace(Struct, frozen=True):
    """A match of a route; `rule` is the path of its rule."""

    route: GatewayRoute
    path: Path
    rule: Path


class SameMatch(Struct, frozen=True):
    """A match that gets no requests for any host and parent of its route, and one that takes them."""

    match: MatchPlace
    first: MatchPlace


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def same_matches(mesh: MeshGraph) -> tuple[SameMatch, ...]:
    """Matches that get no requests, in the order in which routes go first."""
    attached: dict[GatewayRoute, list[Attachment]] = {}
    for attachment in route_attachments(mesh).with_outcome(Outcome.ATTACHED):
        attached.setdefault(attachment.route, []).append(attachment)
    taken: dict[Hashable, MatchPlace] = {}
    found = []
    for route in sorted(attached, key=age):
        if route.has_requests:
            places = [(*_parent(a), host) for a in attached[route] for host in _hosts(a)]
            found += list(_of_route(route, places, taken))
    return tuple(found)


def _hosts(attachment: Attachment) -> tuple[str, ...]:
    """Routes of a Service take requests for whatever host."""
    return attachment.hostnames if attachment.ref.of_gateway else (EVERY_HOST,)


def _of_route(
    route: GatewayRoute, places: list[tuple[Hashable, ...]], taken: dict[Hashable, MatchPlace]
) -> Iterator[SameMatch]:
    for rule in route.rules:
        for path, match in rule_matches(route, rule):
            own = MatchPlace(route, path, rule.path)
            first = [taken.setdefault((*place, match), own) for place in places]
            # Within one rule it does no harm.
            if all(other.route is not route or other.rule != rule.path for other in first):
                yield SameMatch(own, first[0])


def _parent(attachment: Attachment) -> tuple[Hashable, ...]:
    """Those of equal parents meet; for a Service only where the same clients use the routes."""
    ref, route = attachment.ref, attachment.route
    clients = "" if ref.of_gateway else route.namespace
    return route.id.kind, ref.kind, ref.namespace, ref.name, ref.section, ref.port, clients
