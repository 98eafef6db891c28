"""The server's side: mutual TLS, tokens, AuthorizationPolicies, and which ports its proxy does not see."""

from collections.abc import Sequence

from meshctl.graph.authentication import authentication
from meshctl.graph.authorization.decision import decide
from meshctl.graph.authorization.identities import trust_domains
from meshctl.graph.authorization.request import Request
from meshctl.graph.fields import integer, mapping, numbered
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.tlspolicies import TlsTarget, tls_targets
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.connection import Connection, connection
from meshctl.graph.mtls.servers import ways
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.filters import tell_filters
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.resolution import Meaning, host_entry
from meshctl.graph.trace.servers import Server
from meshctl.graph.viewpoint.scope import sidecar_of
from meshctl.graph.viewpoint.viewer import SIDECAR, Viewer


def arrive(
    leg: Leg, caller: Caller, call: Call, found: Meaning, port: int, subset: str, servers: Sequence[Server]
) -> None:
    """The end of the way: each workload that may answer is asked whether it does."""
    total = sum(server.weight for server in servers)
    answers: dict[tuple[object, ...], list[Server]] = {}
    for server in servers:
        answers.setdefault(_alike(leg, caller, call, found, port, subset, server), []).append(server)
    for alike in answers.values():
        part = leg
        if len(answers) > 1:
            share = leg.share * sum(server.weight for server in alike) / total
            several = [server.workload for server in servers]
            alone = (s.workload if several.count(s.workload) == 1 else s.one for s in alike)
            names = ", ".join(view.name for view in alone)
            part = leg.split(share, f"{leg.part}, {names}" if leg.part else names)
        _answer(part, caller, call, found, port, subset, alike)


def _alike(
    leg: Leg, caller: Caller, call: Call, found: Meaning, port: int, subset: str, server: Server
) -> tuple[object, ...]:
    """What servers have in common that answer alike."""
    trial = Leg(leg.mesh)
    _answer(trial, caller, call, found, port, subset, [server])
    return tuple((step.stage, step.verdict, step.place.path) for step in trial.steps)


def _answer(
    leg: Leg, caller: Caller, call: Call, found: Meaning, port: int, subset: str, servers: Sequence[Server]
) -> None:
    server = servers[0]
    mesh, one = leg.mesh, server.one
    host = host_entry(mesh, found)
    seen = connection(mesh, caller.as_client, host, port, one, subset)
    if seen.port is None and server.port is not None:
        # The pod tells no ports: its template does.
        seen = connection(mesh, caller.as_client, host, port, server.workload, subset)
    tls = _backend_policy(mesh, found, port) if caller.way == "gateway" else None
    if tls is not None and seen.accepted != "mutual only":
        leg.passes("tls", f"{tls.policy.id} makes TLS of it.", tls.policy, tls.path)
    elif not _secured(leg, caller, seen, found):
        return
    is_http = call.is_request and not call.sealed and _is_http(found, port)
    if ways(mesh)(one) == "none":
        leg.passes("server", f"{server.workload.id} has no proxy: nobody checks who may call it.", server.workload)
    elif isinstance(one, Workload) and not _admitted(leg, caller, call, seen, found, server, is_http=is_http):
        return
    if ways(mesh)(one) == "sidecar" and isinstance(one, Workload):
        tell_filters(leg, "server", "SIDECAR_INBOUND", one.namespace, one.pod_labels)
    _ingress(leg, one, server.port)
    names = ", ".join(str(s.workload.id) for s in servers)
    leg.served(names, tuple(s.workload for s in servers))


def _is_http(found: Meaning, port: int) -> bool:
    known = found.port(port)
    return known is None or known.is_http is not False


def _backend_policy(mesh: MeshGraph, found: Meaning, port: int) -> TlsTarget | None:
    """The BackendTLSPolicy by which Gateways speak TLS to a port of a Service."""
    known = found.port(port)
    names = ("", known.name) if known else ("",)
    return next((t for t in tls_targets(mesh) if t.service is found.source and t.section in names), None)


def _secured(leg: Leg, caller: Caller, seen: Connection, found: Meaning) -> bool:
    """Whether what the client sends is what the server takes."""
    sent, taken = seen.sent_because, seen.accepted_because
    if caller.way == "passing":
        sent = Because("the proxy of the client does not know the host", found.subject, found.path)
    said = f"{_SENT[seen.sent]}: {sent.text}."
    if seen.outcome == "works" and taken.view is None:
        leg.passes("tls", f"{said} {seen.why}", sent.view, sent.path)
        return True
    said += f" {_TAKEN[seen.accepted]}: {taken.text}."
    if seen.outcome == "works":
        decider = taken if seen.accepted == "mutual only" or sent.view is None else sent
        leg.passes("tls", f"{said} {seen.why}", decider.view, decider.path)
        return True
    if seen.outcome == "unknown":
        unclear = sent if seen.sent == "unknown" else taken
        why = "" if "unknown" in (seen.sent, seen.accepted) else f" {seen.why}"
        leg.depends("tls", f"{said}{why}", unclear.view, unclear.path, fix="Look at what this names.")
        return True
    # The client is to blame where something is set there, else the server.
    plain = seen.sent == "plaintext"
    blamed = sent if sent.view is not None and sent.path else taken
    if plain and caller.way == "none":
        blamed = taken
        fix = "Give the client a sidecar, or let the server take plain connections too (PERMISSIVE)."
    elif plain and caller.way == "passing":
        fix = "Let the client's proxy know the host: by the egress of the Sidecar, or by exportTo."
    elif plain:
        fix = "Let the client use mutual TLS: ISTIO_MUTUAL, or say nothing of tls."
    else:
        fix = "Let the client send plain bytes to this port, or let the proxy of the server take them."
    if leg.answers == "nobody":
        leg.answers = "connection"
    text = f"{said} {seen.why.removesuffix('.')}: 503."
    leg.fails("tls", text, blamed.view, blamed.path, flag="UC", fix=fix)
    return False


_SENT = {
    "plaintext": "Plain bytes are sent",
    "mutual TLS": "Mutual TLS is sent",
    "own TLS": "TLS is sent",
    "HBONE": "HBONE is sent",
    "unknown": "What is sent is not known",
}
_TAKEN = {
    "plaintext only": "Only plain bytes are taken",
    "both": "Both plain bytes and mutual TLS are taken",
    "mutual only": "Only mutual TLS is taken",
    "unknown": "What is taken is not known",
}


def _admitted(
    leg: Leg, caller: Caller, call: Call, seen: Connection, found: Meaning, server: Server, *, is_http: bool
) -> bool:
    one = server.one
    assert isinstance(one, Workload)
    if is_http and authentication(leg.mesh).covers(one):
        text = "Tokens are looked at: one that is not valid is a 401, a request without one goes on."
        leg.note("token", text)
    mutual = seen.sent in ("mutual TLS", "HBONE")
    request = request_of(leg, caller, call, server.port, is_http=is_http, mutual=mutual)
    source = found.source if isinstance(found.source, Service | ServiceEntry) else None
    return admitted(leg, one, request, source)


def request_of(leg: Leg, caller: Caller, call: Call, port: int | None, *, is_http: bool, mutual: bool) -> Request:
    """The request as policies see it."""
    domain = trust_domains(leg.mesh)[0] if trust_domains(leg.mesh) else leg.mesh.settings.cluster_domain
    known = caller.account and mutual
    principal = f"{domain}/ns/{caller.namespace}/sa/{caller.account}" if known else None if mutual else ""
    return Request(
        principal=principal,
        namespace=caller.namespace if mutual else "",
        port=port,
        method=call.method if is_http else None,
        path=call.path if is_http else None,
        host=(call.authority or call.host) if is_http else None,
        headers=call.headers,
        request_principal=None if "authorization" in call.headers else "",
        http=is_http,
    )


def admitted(
    leg: Leg,
    called: Workload | Machine | KubernetesGateway,
    request: Request,
    source: Service | ServiceEntry | None = None,
) -> bool:
    """Whether the AuthorizationPolicies of a workload, gateway or waypoint let the request in; it ends where not."""
    found = decide(leg.mesh, called, request, source)
    if found.verdict == "allowed":
        leg.passes("access", found.reason, found.policy, found.path)
        return True
    if found.verdict == "depends":
        fix = f"Tell {' and '.join(found.missing)}." if found.missing else ""
        leg.depends("access", found.reason, found.policy, found.path, fix=fix)
        return True
    policy = found.policy or next(iter(found.considered), None)
    status = 403 if request.http and found.enforcer != "ztunnel" else None
    ending = "It is a 403 (RBAC: access denied)." if status else "The connection is cut."
    who = request.principal or ("a caller without identity" if request.principal == "" else "the caller")
    fix = f"Allow it for {who}, or change what denies it."
    leg.fails(
        "access",
        f"{found.reason} {ending}",
        policy,
        found.path,
        status=status,
        flag="UAEX" if not status else "RBAC",
        fix=fix,
    )
    return False


def let_in(
    leg: Leg,
    called: Workload | KubernetesGateway,
    sender: Caller | None,
    call: Call,
    port: int | None,
    *,
    mutual: bool,
    source: Service | ServiceEntry | None = None,
) -> bool:
    """Whether the policies of a gateway or waypoint let a request in; nothing is told where there are none."""
    is_http = call.is_request and not call.sealed
    if sender is None:
        token = None if "authorization" in call.headers else ""
        request = Request(
            principal="",
            namespace="",
            port=port,
            method=call.method,
            path=call.path,
            host=call.authority or call.host,
            headers=call.headers,
            request_principal=token,
            http=is_http,
        )
    else:
        request = request_of(leg, sender, call, port, is_http=is_http, mutual=mutual)
    if not decide(leg.mesh, called, request, source).considered:
        return True
    return admitted(leg, called, request, source)


def _ingress(leg: Leg, server: Workload | Machine, port: int | None) -> None:
    """A Sidecar may say itself which ports the proxy takes, and where their requests go."""
    if not isinstance(server, Workload) or ways(leg.mesh)(server) != "sidecar":
        return
    sidecar = sidecar_of(Viewer(leg.mesh, server.namespace, SIDECAR, server.pod_labels))
    for i, listener in numbered(sidecar.spec.get("ingress")) if sidecar else ():
        if integer(mapping(listener.get("port")).get("number")) == port and listener.get("defaultEndpoint"):
            text = f"{sidecar.id if sidecar else ''} sends what comes to port {port} to {listener['defaultEndpoint']}."
            leg.note("server", text, sidecar, ("spec", "ingress", i, "defaultEndpoint"))
