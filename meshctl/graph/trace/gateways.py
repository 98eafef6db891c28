"""Requests at the pods of Istio Gateways: the server that takes them, and the VirtualServices bound to it."""

from collections.abc import Mapping, Sequence

from meshctl.graph.fields import mapping, text
from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.core import Secret
from meshctl.graph.kinds.networking import Gateway, VirtualService
from meshctl.graph.mesh import Missing
from meshctl.graph.selectors import matches
from meshctl.graph.trace.actions import Onward, act, spread
from meshctl.graph.trace.arrival import let_in
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.l4routes import Protocol, connection_route
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.trace.routes import Bound, rule_for
from meshctl.graph.trace.unbound import no_service
from meshctl.graph.viewpoint.boundservices import gateway_services
from meshctl.graph.viewpoint.servings import HTTP, Serving, listening
from meshctl.graph.workloads import services_by_selector
from meshctl.model.paths import Path

_PASSED_ON = ("PASSTHROUGH", "AUTO_PASSTHROUGH")


def servers_of_pods(caller: Caller) -> tuple[Serving, ...]:
    """The servers of all Gateways that select these pods, by the order of their names."""
    ports = listening(caller.viewer) or {}
    return tuple(
        Serving(gateway, server, mapping(gateway.spec["servers"][server.path[2]]), port, ports.get(port, port))
        for gateway in sorted(caller.viewer.mesh.all(Gateway), key=lambda g: g.id)
        if matches(gateway.selector, caller.viewer.labels)
        for server in gateway.servers
        if (port := server.port)
    )


def enter(
    leg: Leg,
    caller: Caller,
    call: Call,
    asked: int | None,
    onward: Onward,
    *,
    sender: Caller | None = None,
    mutual: bool = False,
) -> None:
    """Goes on with a request that has come to a gateway. `asked` is the port, None for any that fits the protocol.

    The `sender` is in the mesh, an outside client where there is none; `mutual` says that it uses mutual TLS.
    """
    servings = servers_of_pods(caller)
    serving = _serving(leg, caller, call, servings, asked, mutual=mutual, outside=sender is None)
    if serving is None or not _unsealed(leg, caller, call, serving):
        return
    if caller.workload is not None and not let_in(leg, caller.workload, sender, call, serving.target, mutual=mutual):
        return
    leg.answers = "request" if serving.is_http else "connection"
    open_call = call.changed(sealed=False) if serving.is_http else call
    if mapping(serving.fields.get("tls")).get("httpsRedirect") is True and serving.protocol in HTTP:
        path = (*serving.server.path, "tls", "httpsRedirect")
        leg.passes("gateway", f"{serving.gateway.id} redirects it to https: 301.", serving.gateway, path)
        leg.answered("It is redirected to https.", 301, serving.gateway, path)
        return
    alike = [s for s in servings if s.port == serving.port and s.protocol == serving.protocol]
    if serving.protocol not in HTTP:
        alike = [serving]
    bound = _bound(caller, alike, call)
    if not serving.is_http:
        _connection(leg, caller, call, serving, bound, onward)
        return
    if not bound:
        no_service(leg, caller, open_call, alike)
        return
    taken = rule_for(leg, caller.viewer, bound, open_call, serving.port)
    if taken is not None:
        act(leg, caller, open_call, taken, serving.port, onward)


def _serving(
    leg: Leg, caller: Caller, call: Call, servings: Sequence[Serving], asked: int | None, *, mutual: bool, outside: bool
) -> Serving | None:
    leads = listening(caller.viewer) or {}
    inside = leads.get(asked or 0, asked)
    at_port = [s for s in servings if asked is None or {s.port, s.target} & {asked, inside}]
    if outside and asked is not None and not leads and not at_port:
        said = f"The Service that leads port {asked} to the gateway is not in the given files."
        leg.note("gateway", said)
        at_port = list(servings)
    if not servings:
        leg.fails("gateway", f"No Gateway selects {caller.name}: it listens nowhere.", caller.workload, status=None)
        return None
    first = servings[0].gateway
    if not at_port:
        ports = ", ".join(str(port) for port in sorted({s.port for s in servings}))
        said = f"No Gateway of {caller.name} has a server for port {asked}: the connection is refused."
        leg.fails("gateway", said, first, ("spec", "servers"), status=None, fix=f"There are servers for {ports}.")
        return None
    if outside and leads and asked is not None and asked not in leads:
        front = services_by_selector(leg.mesh).selecting(caller.viewer.labels, caller.namespace)[0]
        said = f"{front.id} has no port {asked}: the connection is refused."
        fix = f"Its ports are {', '.join(map(str, leads))}."
        leg.fails("gateway", said, front, ("spec", "ports"), status=None, fix=fix)
        return None
    fitting = [s for s in at_port if _speaks(s, call, mutual=mutual)]
    if not fitting:
        one = at_port[0]
        path = (*one.server.path, "port", "protocol")
        wants = f"{one.protocol} with {_mode(one)}" if _mode(one) else one.protocol
        sends = "mutual TLS" if mutual else "TLS" if call.sealed else "plain HTTP" if call.is_request else "plain TCP"
        said = f"The server of {one.gateway.id} for port {one.port} takes {wants}, and {sends} is sent."
        fix = "Ask for another port, or change the protocol of the server."
        leg.fails("gateway", f"{said} The connection is cut.", one.gateway, path, status=None, flag="NR", fix=fix)
        return None
    best = max((s for s in fitting if _best(s, call)), key=lambda s: _best(s, call), default=None)
    if best is None:
        one = fitting[0]
        hosts = ", ".join(host for s in fitting for _, host in s.server.hosts)
        status = None if call.sealed else 404
        ending = "The connection is cut." if call.sealed else "It is a 404."
        said = f"No server of {one.gateway.id} is for {call.domain}. {ending}"
        path, fix = (*one.server.path, "hosts"), f"Its hosts are {hosts}."
        leg.fails("gateway", said, one.gateway, path, status=status, flag="NR", fix=fix)
        return None
    path = (*best.server.path, "port")
    leg.passes("gateway", f"{best.gateway.id} takes it at port {best.port} ({best.protocol}).", best.gateway, path)
    return best


def _mode(serving: Serving) -> str:
    return text(mapping(serving.fields.get("tls")).get("mode"))


def _speaks(serving: Serving, call: Call, *, mutual: bool) -> bool:
    """Whether a server takes what is sent."""
    if mutual:
        return serving.protocol in ("HTTPS", "TLS") and _mode(serving) in ("ISTIO_MUTUAL", "MUTUAL", *_PASSED_ON)
    if call.sealed:
        return serving.protocol in ("HTTPS", "TLS") and _mode(serving) != "ISTIO_MUTUAL"
    return serving.protocol in HTTP if call.is_request else serving.protocol in ("TCP", "MONGO", "MYSQL", "REDIS")


def _best(serving: Serving, call: Call) -> int:
    """How closely the hosts of a server are meant for a request; 0 where they are not."""
    names = [entry.rpartition("/")[2] for _, entry in serving.server.hosts]
    if serving.protocol == "TCP" or not call.domain:
        return 1
    return max((_closeness(name, call.domain) for name in names), default=0)


def _closeness(pattern: str, host: str) -> int:
    if pattern == host:
        return 1000
    return len(pattern) if pattern.startswith("*") and overlap(pattern, host) else 0


def _unsealed(leg: Leg, caller: Caller, call: Call, serving: Serving) -> bool:
    """The end of TLS at the gateway, for which it needs a certificate."""
    mode = _mode(serving)
    if serving.protocol not in ("HTTPS", "TLS") or mode in _PASSED_ON:
        return True
    path: Path = (*serving.server.path, "tls", "credentialName")
    name = text(mapping(serving.fields.get("tls")).get("credentialName"))
    if mode in ("MUTUAL",):
        leg.note(
            "gateway", "Clients have to show a certificate.", serving.gateway, (*serving.server.path, "tls", "mode")
        )
    if not name or "://" in name:
        return True
    home = caller.namespace
    mesh = leg.mesh
    missing = Missing("secret", f"{home}/{name}", Secret.KINDS, home, elsewhere=True)
    if mesh.get(Secret, home, name) is None and mesh.absence_is_proven(missing) and not mesh.assumed_present(missing):
        said = (
            f"The Secret {home}/{name} {ABSENT}, without which the gateway has no certificate: the connection is cut."
        )
        fix = f"Make the Secret in {home}, where the pods of the gateway are."
        leg.lacks("gateway", missing, said, serving.gateway, path, status=None, flag="NR", fix=fix)
        return False
    return True


def _bound(caller: Caller, servings: Sequence[Serving], call: Call) -> list[Bound]:
    """The VirtualServices for the most specific host that fits, in their order; gateways merge those of one host."""
    found: dict[int, dict[VirtualService, Bound]] = {}
    for serving in servings:
        place = (serving.gateway.namespace, serving.gateway.name)
        for source in gateway_services(caller.viewer, place):
            for _, written in source.hosts:
                host = caller.viewer.fqdn(written, source.namespace)
                close = _served(serving, source, host, call.domain)
                if close:
                    found.setdefault(close, {}).setdefault(source, Bound(source, "/".join(place)))
    best: Mapping[VirtualService, Bound] = found[max(found)] if found else {}
    return sorted(best.values(), key=lambda b: (text(b.source.metadata.get("creationTimestamp")), b.source.name))


def _served(serving: Serving, source: VirtualService, host: str, asked: str) -> int:
    """How closely a host of a VirtualService behind a server is meant for the one that is asked for."""
    own = _closeness(host, asked)
    if not own or not serving.serves(asked, source):
        return 0
    return max(own, *(_closeness(entry.rpartition("/")[2], asked) for _, entry in serving.server.hosts))


def _connection(leg: Leg, caller: Caller, call: Call, serving: Serving, bound: list[Bound], onward: Onward) -> None:
    protocol: Protocol = "tls" if call.sealed and _mode(serving) in _PASSED_ON else "tcp"
    if _mode(serving) == "AUTO_PASSTHROUGH":
        said = "Its SNI says where it goes on, which other clusters write."
        leg.depends("gateway", said, serving.gateway, serving.server.path)
        leg.unknown()
        return
    targets = connection_route(leg, caller, bound, protocol, call, serving.port)
    if not targets:
        no_service(leg, caller, call, [serving])
        return
    spread(leg, targets, lambda part, target: onward(part, caller, call, target[0], serving.port))


def serves(gateway: Gateway, call: Call) -> int:
    """How closely a Gateway is meant for a request, whatever the port; 0 where it is not."""
    found = [
        Serving(gateway, server, mapping(gateway.spec["servers"][server.path[2]]), server.port, server.port)
        for server in gateway.servers
        if server.port
    ]
    return max((_best(serving, call) for serving in found if _speaks(serving, call, mutual=False)), default=0)
