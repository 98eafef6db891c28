"""Requests at a Gateway of the Gateway API: the listener that takes them, and the routes attached to it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.core import Secret
from meshctl.graph.kinds.gateway_api import KubernetesGateway, KubernetesListener, ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kubernetesgateway.attachments import Attachment, Outcome, route_attachments
from meshctl.graph.kubernetesgateway.certificates import listener_certificates
from meshctl.graph.kubernetesgateway.listeners import EVERY_HOST
from meshctl.graph.kubernetesgateway.listenersets import listener_sets
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.trace.actions import Onward
from meshctl.graph.trace.arrival import let_in
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.kubernetesroutes import take
from meshctl.graph.trace.leg import ABSENT, Leg


class Listening(NamedTuple):
    """A listener and whose it is."""

    owner: ListenerOwner
    listener: KubernetesListener

    @property
    def passes_on(self) -> bool:
        """Whether TLS goes through it as it is."""
        return self.listener.protocol == "TLS" and not self.listener.ends_tls


def listenings(mesh: MeshGraph, gateway: KubernetesGateway) -> tuple[Listening, ...]:
    """The listeners of a Gateway, those of its ListenerSets behind them."""
    own = next(owner for owner in mesh.all(ListenerOwner) if owner.id == gateway.id)
    owners = (own, *listener_sets(mesh).get(own, ()))
    return tuple(Listening(owner, listener) for owner in owners for listener in owner.listeners)


def closeness(listening: Listening, call: Call) -> int:
    """How closely a listener is meant for the host of a request; 0 where it is not."""
    return _closeness(listening.listener.hostname or EVERY_HOST, call.domain)


def speaks(listening: Listening, call: Call) -> bool:
    """Whether a listener takes what is sent."""
    protocol = listening.listener.protocol
    if call.sealed:
        return protocol in ("HTTPS", "TLS")
    return protocol == "HTTP" if call.is_request else protocol == "TCP"


def enter_kubernetes(
    leg: Leg,
    caller: Caller,
    gateway: KubernetesGateway,
    call: Call,
    asked: int | None,
    onward: Onward,
    *,
    sender: Caller | None = None,
) -> None:
    """Goes on with a request that has come to a Gateway. `asked` is the port, None for any that fits the protocol."""
    found = _listening(leg, gateway, call, asked)
    if found is None or not _certified(leg, found):
        return
    leg.answers = "connection" if found.passes_on or found.listener.protocol == "TCP" else "request"
    if not let_in(leg, caller.workload or gateway, sender, call, found.listener.port, mutual=False):
        return
    attached, best = list(_attached(leg.mesh, found, call)), 0
    if attached:
        best = max(close for _, close in attached)
    routes = list(dict.fromkeys(route for route, close in attached if close == best))
    if not routes:
        _no_route(leg, gateway, found, call)
        return
    inside = call if found.passes_on else call.changed(sealed=False)
    take(leg, caller, inside, routes, found.listener.port or 0, onward, gateway=True)


def _listening(leg: Leg, gateway: KubernetesGateway, call: Call, asked: int | None) -> Listening | None:
    every = listenings(leg.mesh, gateway)
    at_port = [one for one in every if asked in (None, one.listener.port)]
    if not at_port:
        ports = ", ".join(str(number) for number in sorted({one.listener.port or 0 for one in every})) or "none"
        said = f"{gateway.id} has no listener for port {asked}: the connection is refused."
        fix = f"There are listeners for {ports}."
        leg.fails("gateway", said, gateway, ("spec", "listeners"), status=None, fix=fix)
        return None
    fitting = [one for one in at_port if speaks(one, call)]
    if not fitting:
        one = at_port[0]
        sends = "TLS" if call.sealed else "plain HTTP" if call.is_request else "plain TCP"
        said = f"The listener {one.listener.where} takes {one.listener.protocol}, and {sends} is sent: it is cut."
        path = (*one.listener.path, "protocol")
        leg.fails("gateway", said, one.owner, path, status=None, flag="NR", fix="Ask for another port or protocol.")
        return None
    best = max(fitting, key=lambda one: closeness(one, call))
    if not closeness(best, call):
        names = ", ".join(one.listener.hostname for one in fitting)
        status, ending = (None, "the connection is cut") if call.sealed else (404, "it is a 404")
        said = f"No listener of {gateway.id} is for {call.domain}: {ending}."
        path = (*fitting[0].listener.path, "hostname")
        fix = f"Their hostnames are {names}."
        leg.fails("gateway", said, fitting[0].owner, path, status=status, flag="NR", fix=fix)
        return None
    said = f"The listener {best.listener.where} of {best.owner.id} takes it at port {best.listener.port}."
    leg.passes("gateway", said, best.owner, best.listener.path)
    return best


def _certified(leg: Leg, found: Listening) -> bool:
    for use in listener_certificates(leg.mesh) if found.listener.ends_tls else ():
        if use.listener is found.listener and use.secret is None and not use.made:
            missing = Missing("secret", f"{use.namespace}/{use.name}", Secret.KINDS, use.namespace, elsewhere=True)
            if leg.mesh.absence_is_proven(missing) and not leg.mesh.assumed_present(missing):
                said = f"The Secret {use.namespace}/{use.name} {ABSENT}, so that there is no certificate: it is cut."
                leg.lacks("gateway", missing, said, use.owner, use.path, status=None, flag="NR", fix="Make the Secret.")
                return False
    return True


def _attached(mesh: MeshGraph, found: Listening, call: Call) -> Iterator[tuple[GatewayRoute, int]]:
    """The routes of a listener that are for the host, with how closely they are meant for it."""
    for attachment in _attachments(mesh, found):
        if attachment.outcome is not Outcome.ATTACHED or attachment.admitted is None:
            continue
        for hostname in attachment.hostnames:
            close = _closeness(hostname, call.domain)
            taking = (one for slot in attachment.admitted.slots(hostname) for one in slot)
            if close and any(one is found.listener for one in taking):
                yield attachment.route, close


def _attachments(mesh: MeshGraph, found: Listening) -> Sequence[Attachment]:
    return [a for a in route_attachments(mesh).found if a.parent is found.owner]


def _closeness(pattern: str, host: str) -> int:
    if pattern == host:
        return 1000
    return len(pattern) if pattern.startswith("*") and overlap(pattern, host) else 0


_REFUSED = {
    Outcome.NO_SECTION: ("names a listener that is not there", "sectionName"),
    Outcome.NOT_ALLOWED: ("is of a namespace or kind that the listener does not take", "allowedRoutes"),
    Outcome.NO_HOST: ("has hostnames that no listener has", "hostnames"),
}


def _no_route(leg: Leg, gateway: KubernetesGateway, found: Listening, call: Call) -> None:
    """The end: a 404. The culprit is a route for the host that does not attach, if there is one."""
    status, ending = (None, "the connection is cut") if found.passes_on else (404, "it is a 404")
    for attachment in _attachments(leg.mesh, found):
        named = any(_closeness(hostname, call.domain) for hostname in attachment.hostnames)
        if not named or attachment.outcome not in _REFUSED:
            continue
        why, _ = _REFUSED[attachment.outcome]
        route = attachment.route
        said = f"{route.id} is for {call.domain}, but {why}: {ending}."
        if attachment.outcome is Outcome.NOT_ALLOWED:
            listener = attachment.listeners[0]
            fix = f"Let {listener.where} take {route.id.kind}s of {route.namespace} by allowedRoutes."
            path = (*listener.path, "allowedRoutes")
            leg.fails("route", said, found.owner, path, status=status, flag="NR", fix=fix)
        elif attachment.outcome is Outcome.NO_SECTION:
            near = attachment.nearest
            fix = f"Did you mean {near}?" if near else "Correct sectionName or port of the parentRef."
            leg.fails("route", said, route, (*attachment.ref.path, "sectionName"), status=status, flag="NR", fix=fix)
        else:
            fix = "Make the hostnames of the route and the listener meet."
            leg.fails("route", said, route, ("spec", "hostnames"), status=status, flag="NR", fix=fix)
        return
    missing = Missing("httproute", call.domain, GatewayRoute.KINDS, gateway.namespace)
    said = f"A route for {call.domain} at {found.listener.where} of {gateway.id} {ABSENT}: {ending}."
    here = sorted(
        hostname
        for attachment in _attachments(leg.mesh, found)
        for hostname in attachment.hostnames
        if found.listener in attachment.listeners and attachment.outcome is Outcome.ATTACHED
    )
    fix = f"There are routes for {', '.join(here)}." if here else "Attach one to it."
    leg.lacks("route", missing, said, found.owner, found.listener.path, status=status, flag="NR", fix=fix)
