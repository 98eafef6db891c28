"""How a proxy of the mesh chooses where a request goes: routes of the Gateway API, VirtualServices, or neither."""

from collections.abc import Sequence

from meshctl.graph.fields import text
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.kubernetesgateway.meshroutes import mesh_routes
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.trace.actions import Onward, act, spread
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.destination import To
from meshctl.graph.trace.kubernetesroutes import take
from meshctl.graph.trace.l4routes import Protocol, connection_route
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.resolution import Meaning, full_name, meaning
from meshctl.graph.trace.routes import Bound, rule_for, service_of_host
from meshctl.graph.viewpoint.boundservices import mesh_services
from meshctl.graph.viewpoint.provided import ProvidedPort

_REQUESTS = ("GRPCRoute", "HTTPRoute")
_CONNECTIONS = ("TLSRoute", "TCPRoute")


def choose_route(leg: Leg, caller: Caller, call: Call, found: Meaning, port: ProvidedPort, onward: Onward) -> None:
    """Goes on with a request for a host that the proxy knows."""
    leg.answers = "request"
    if not call.is_request or call.sealed or port.is_http is False:
        leg.answers = "connection"
        _connection(leg, caller, call, found, port, onward)
        return
    # Proxies choose by the host that the request names, whatever address it was sent to.
    named = meaning(caller.viewer, full_name(leg.mesh, call.domain, caller.namespace))
    if named.why == "seen" and named.port(port.number):
        found = named
    routes = routes_of_service(leg.mesh, found.source, caller.namespace, port.number, _REQUESTS)
    source = service_of_host(leg, caller.viewer, found.host, port.number)
    if routes and (source is None or _goes_first(leg, routes[0], source)):
        take(leg, caller, call, routes, port.number, onward, gateway=False)
    elif source is not None:
        taken = rule_for(leg, caller.viewer, [Bound(source, "mesh")], call, port.number)
        if taken is not None:
            act(leg, caller, call, taken, port.number, onward)
    else:
        onward(leg, caller, call, To(found.host), port.number)


def routes_of_service(
    mesh: MeshGraph, source: object, clients: str, port: int, kinds: Sequence[str]
) -> list[GatewayRoute]:
    """The routes that attach to a Service and count for a client: of its own namespace, else those of the Service.

    Of several kinds that which reads most of a request goes first.
    """
    if not isinstance(source, Service):
        return []
    found = [one for one in mesh_routes(mesh).get(source, ()) if one.port in (None, port)]
    for own in (clients, ""):
        for kind in kinds:
            if those := [one.route for one in found if one.clients == own and one.route.id.kind == kind]:
                return list(dict.fromkeys(those))
    return []


def _goes_first(leg: Leg, route: GatewayRoute, source: VirtualService) -> bool:
    """Whether a route goes before a VirtualService for the same host: the older counts."""
    ages = [text(view.metadata.get("creationTimestamp")) for view in (route, source)]
    if not all(ages):
        said = f"{route.id} and {source.id} are both for it, and the older one counts: which that is, is not known."
        leg.depends("route", said, source, ("spec", "hosts"), fix="Keep one of the two.")
        return True
    first, later = (route, source) if ages[0] <= ages[1] else (source, route)
    leg.note("route", f"{later.id} is for it as well and is not used: {first.id} is older.", later)
    return first is route


def _connection(leg: Leg, caller: Caller, call: Call, found: Meaning, port: ProvidedPort, onward: Onward) -> None:
    """A connection into which the proxy does not look."""
    if call.sealed and port.is_http is True:
        source = found.source
        said = (
            f"Port {port.number} is said to be {port.protocol.upper()}, and the client speaks TLS: the proxy answers "
            "with plain HTTP, which clients call a wrong version number."
        )
        fix = "Ask by http://, for the mesh encrypts it anyway, or call the port https or tls."
        leg.fails("host", said, source, port.said, status=None, flag="DPE", fix=fix)
        return
    if call.is_request and not call.sealed and port.is_http is False:
        said = f"Port {port.number} is {port.protocol.upper()} for Istio, so that http routes are not used for it."
        leg.note("route", said, found.source, port.said)
    if routes := routes_of_service(leg.mesh, found.source, caller.namespace, port.number, _CONNECTIONS):
        take(leg, caller, call, routes, port.number, onward, gateway=False)
        return
    bound = [Bound(source, "mesh") for source in mesh_services(caller.viewer) if _names(caller, source, found.host)]
    protocols: tuple[Protocol, ...] = ("tls", "tcp") if call.sealed else ("tcp",)
    for protocol in protocols:
        if targets := connection_route(leg, caller, bound, protocol, call, port.number):
            spread(leg, targets, lambda part, target: onward(part, caller, call, target[0], port.number))
            return
    onward(leg, caller, call, To(found.host), port.number)


def _names(caller: Caller, source: VirtualService, host: str) -> bool:
    from meshctl.graph.hostnames import overlap

    return any(overlap(caller.viewer.fqdn(written, source.namespace), host) for _, written in source.hosts)
