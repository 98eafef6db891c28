"""The whole way of a request: from the client by its proxy, through gateways, to the workload that answers."""

from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import Gateway, ServiceEntry
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.lookup import LookupFailed
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.connection import connection
from meshctl.graph.proxied import is_gateway
from meshctl.graph.trace.arrival import arrive, let_in
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller, caller_of
from meshctl.graph.trace.consul import follow, is_consuls
from meshctl.graph.trace.destination import Chosen, To, choose
from meshctl.graph.trace.entries import caller_at, entry_of
from meshctl.graph.trace.filters import tell_filters
from meshctl.graph.trace.gateways import enter
from meshctl.graph.trace.kubernetesgateways import enter_kubernetes
from meshctl.graph.trace.leg import ABSENT, Answers, Leg
from meshctl.graph.trace.meshrouting import choose_route
from meshctl.graph.trace.outside import leave
from meshctl.graph.trace.parties import Party, gateway_of_pods
from meshctl.graph.trace.resolution import Meaning, alias_of, full_name, host_entry, meaning, outbound_mode, unseen
from meshctl.graph.trace.servers import Server, servers_of
from meshctl.graph.trace.steps import Trace
from meshctl.graph.trace.waypoint import caller_at_waypoint, not_used, waypoint_of
from meshctl.graph.viewpoint.provided import ProvidedPort
from meshctl.graph.viewpoint.scope import scope

_MOST_GATEWAYS = 4


def trace(mesh: MeshGraph, party: Party, call: Call) -> Trace:
    """Everything that a request meets. Raises LookupFailed where it is not clear by which Gateway it comes in."""
    leg = Leg(mesh)
    if party.workload is not None and party.gateway is None:
        call = _from_workload(leg, party, party.workload, call)
    else:
        _from_outside(leg, party, call)
    return Trace(party.name, call, tuple(leg.steps), tuple(leg.outcomes))


def _from_outside(leg: Leg, party: Party, call: Call) -> None:
    gateway = entry_of(leg.mesh, party, call)
    caller = caller_at(leg, gateway, party.workload)
    if caller is not None:
        _at_gateway(leg, caller, gateway, call, call.port)


def _at_gateway(
    leg: Leg,
    caller: Caller,
    gateway: Gateway | KubernetesGateway,
    call: Call,
    asked: int | None,
    sender: Caller | None = None,
    *,
    mutual: bool = False,
) -> None:
    tell_filters(leg, "gateway", "GATEWAY", caller.namespace, caller.viewer.labels)
    if isinstance(gateway, KubernetesGateway):
        enter_kubernetes(leg, caller, gateway, call, asked, onward, sender=sender)
    else:
        enter(leg, caller, call, asked, onward, sender=sender, mutual=mutual)


def _from_workload(leg: Leg, party: Party, workload: Workload, call: Call) -> Call:
    """Returns the request with the port that it goes to where nobody said one."""
    if is_consuls(leg.mesh, workload):
        return follow(leg, party, workload, call)
    host = full_name(leg.mesh, call.host, workload.namespace)
    caller = caller_of(leg, party, party.pods[0] if party.pods else workload, call.port)
    if (alias := alias_of(leg.mesh, host)) is not None:
        service, host = alias
        leg.passes("host", f"{call.host} is {service.id}, another name for {host}.", service, ("spec", "externalName"))
    found = meaning(caller.viewer, host)
    if found.why == "nowhere":
        _stranger(leg, caller, call, host)
        return call
    port = _port(leg, found, call)
    if port is None:
        return call
    call = call.changed(port=port.number)
    if not caller.is_routed:
        _unrouted(leg, caller, call, found, port)
    elif found.why != "seen":
        _unseen(leg, caller, call, found, port)
    else:
        choose_route(leg, caller, call, found, port, onward)
    return call


def _port(leg: Leg, found: Meaning, call: Call) -> ProvidedPort | None:
    """The port that is asked for: what is said, else the only one of the host, else 80."""
    assert found.provider is not None
    ports = found.provider.ports
    source = found.provider.source
    number = call.port or (ports[0].number if len(ports) == 1 else 80)
    port = found.port(number)
    known = ", ".join(str(p.number) for p in ports) or "none"
    if port is None:
        text = f"{source.id} has no port {number}: the connection is refused, or nobody answers."
        leg.fails("host", text, source, ("spec", "ports"), status=None, flag="UF", fix=f"Its ports are {known}.")
        return None
    kind = {True: port.protocol.upper(), False: port.protocol.upper() + ", no HTTP", None: "its protocol is detected"}
    leg.passes("host", f"{found.host} is {source.id}, port {number} ({kind[port.is_http]}).", source, port.said)
    return port


def onward(leg: Leg, caller: Caller, call: Call, to: To, asked: int) -> None:
    """Goes on to a destination: its rules, who answers, and whether they do."""
    chosen = choose(leg, caller, to, asked)
    if chosen is not None:
        _to(leg, caller, call, chosen)


def _to(leg: Leg, caller: Caller, call: Call, chosen: Chosen) -> None:
    source = chosen.provider.source
    if isinstance(source, ServiceEntry) and not source.selector:
        leave(leg, caller, call, chosen)
        return
    servers = servers_of(leg, source, chosen.port, chosen.subset)
    if servers is not None:
        _answer(leg, caller, call, chosen.found, chosen.port.number, chosen.to.subset, servers)


def _answer(
    leg: Leg, caller: Caller, call: Call, found: Meaning, port: int, subset: str, servers: tuple[Server, ...]
) -> None:
    """A gateway sends it on, whoever else answers is the end of the way."""
    one = servers[0].one
    gateway = gateway_of_pods(leg.mesh, one) if isinstance(one, Workload) and is_gateway(one) else None
    if gateway is None or not isinstance(one, Workload):
        arrive(leg, caller, call, found, port, subset, servers)
        return
    leg.gateways += 1
    if leg.gateways > _MOST_GATEWAYS:
        said = f"It comes back to {one.id}: this is a loop."
        leg.fails("gateway", said, gateway, fix="Let the routes of the gateway lead elsewhere.")
        return
    sent = connection(leg.mesh, caller.as_client, host_entry(leg.mesh, found), port, one, subset)
    because = sent.sent_because
    mutual = sent.sent == "mutual TLS"
    if mutual:
        leg.passes("tls", f"Mutual TLS is sent: {because.text}.", because.view, because.path)
    at = caller_at(leg, gateway, one)
    if at is not None:
        _at_gateway(leg, at, gateway, call, servers[0].port, caller, mutual=mutual)


def _unrouted(leg: Leg, caller: Caller, call: Call, found: Meaning, port: ProvidedPort) -> None:
    """Without a proxy that chooses: the cluster's own network leads to any pod of the Service."""
    assert found.provider is not None
    source = found.provider.source
    if isinstance(source, ServiceEntry) and not source.selector:
        leg.served(f"{call.host}, outside the cluster", (source,))
        return
    if caller.way == "ambient" and isinstance(source, Service) and (waypoint := waypoint_of(leg, source)):
        if let_in(leg, waypoint, caller, call, port.number, mutual=True, source=source):
            choose_route(leg, caller_at_waypoint(leg.mesh, waypoint), call, found, port, onward)
        return
    leg.answers = _answers(caller, port) if call.is_request and not call.sealed else "connection"
    not_used(leg, caller, found, port)
    servers = servers_of(leg, source, port, None)
    if servers is not None:
        _answer(leg, caller, call, found, port.number, "", servers)


def _answers(caller: Caller, port: ProvidedPort) -> Answers:
    """Who tells the client of a failure: a proxy that passes requests on looks into those of a port with HTTP."""
    if caller.way != "passing":
        return "connection" if caller.way == "ambient" else "nobody"
    known = (other for provider in scope(caller.viewer).hosts.values() for other in provider.ports)
    return "request" if any(p.number == port.number and p.is_http is True for p in known) else "connection"


def _unseen(leg: Leg, caller: Caller, call: Call, found: Meaning, port: ProvidedPort) -> None:
    """The proxy is not told of the host: it lets the request out as it is, or not at all."""
    why, fix = unseen(found, caller.namespace)
    source = found.source
    who = source.id if source else found.host
    mode, _, _ = outbound_mode(caller)
    if mode == "REGISTRY_ONLY":
        status = 502 if call.is_request and not call.sealed else None
        text = f"{who} {why}, and {mode} lets nothing else out: {'it is a 502' if status else 'the connection is cut'}."
        leg.fails("scope", text, found.subject, found.path, status=status, flag="BH", fix=fix)
        return
    leg.note("scope", f"{who} {why}: the request passes through the proxy as it is.", found.subject, found.path)
    plain = Caller("passing", caller.namespace, caller.name, caller.viewer, caller.workload)
    _unrouted(leg, plain, call, found, port)


def _stranger(leg: Leg, caller: Caller, call: Call, host: str) -> None:
    """A host that no Service and no ServiceEntry is for."""
    known = hosts(leg.mesh)
    missing = known.missing(host, "")
    near = known.nearest(host, caller.namespace)
    if known.home(host, ""):
        if leg.mesh.absence_is_proven(missing):
            hint = f": did you mean {near}?" if near else ""
            raise LookupFailed(f"there is no Service for {host} in the input{hint}")
        text = f"The host {host} {ABSENT}: its name is not resolved."
        fix = f"Did you mean {near}?" if near else "Correct the name, or add the Service."
        leg.lacks("host", missing, text, fix=fix, status=None)
        return
    mode, subject, path = outbound_mode(caller)
    if caller.is_routed and mode == "REGISTRY_ONLY":
        status = 502 if call.is_request and not call.sealed else None
        ending = "it is a 502" if status else "the connection is cut"
        text = f"A ServiceEntry for {host} {ABSENT}, and REGISTRY_ONLY lets nothing else out: {ending}."
        fix = f"Did you mean {near}?" if near else f"Add a ServiceEntry for {host}."
        leg.lacks("scope", missing, text, subject, path, status=status, flag="BH", fix=fix)
        return
    if caller.is_routed:
        leg.passes("scope", f"No ServiceEntry is for {host}: ALLOW_ANY lets it out as it is.", subject, path)
    leg.served(f"{host}, outside the mesh")
