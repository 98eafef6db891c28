"""No VirtualService is for a request at a gateway: the one that was probably meant, and what keeps it from it."""

from collections.abc import Sequence

from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.mesh import Missing
from meshctl.graph.nearest import Names
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.view import View
from meshctl.graph.viewpoint.servings import Serving
from meshctl.model.paths import Path


def no_service(leg: Leg, caller: Caller, call: Call, servings: Sequence[Serving]) -> None:
    """The end: a 404, or a connection that is cut."""
    status = 404 if call.is_request and not call.sealed else None
    ending = "it is a 404" if status else "the connection is cut"
    gateway = servings[0].gateway
    own = {(s.gateway.namespace, s.gateway.name) for s in servings}
    everything = leg.mesh.all(VirtualService)
    bound = [v for v in everything if own.intersection(v.gateway_references)]
    for source in bound:
        if (kept := _kept(caller, call, source, servings)) is not None:
            said, subject, path, fix = kept
            leg.fails("route", f"{said}: {ending}.", subject, path, status=status, flag="NR", fix=fix)
            return
    for source in everything:
        if source not in bound and any(h == call.domain for _, h in source.hosts):
            path = ("spec", "gateways") if source.gateways else ("spec", "hosts")
            said = f"{source.id} is for {call.domain}, but not bound to {gateway.id}"
            fix = f"Add {gateway.full_name} to its gateways."
            leg.fails("route", f"{said}: {ending}.", source, path, status=status, flag="NR", fix=fix)
            return
    hosts = [host for source in bound for _, host in source.hosts]
    near = Names(hosts).nearest(call.domain)
    missing = Missing("virtualservice", call.domain, VirtualService.KINDS, gateway.namespace)
    said = f"A VirtualService for {call.domain} at {gateway.id} {ABSENT}: {ending}."
    fix = f"Did you mean {near}?" if near else "Bind one to it, or ask for another host."
    path = servings[0].server.path
    if bound:
        known = ", ".join(dict.fromkeys(hosts))
        said = f"No VirtualService of {gateway.id} is for {call.domain}, only for {known}: {ending}."
        fix = fix if near else f"Ask for {known}."
        leg.fails("route", said, bound[0], ("spec", "hosts"), status=status, flag="NR", fix=fix)
        return
    leg.lacks("route", missing, said, gateway, path, status=status, flag="NR", fix=fix)


def _kept(
    caller: Caller, call: Call, source: VirtualService, servings: Sequence[Serving]
) -> tuple[str, View, Path, str] | None:
    """Why a VirtualService that is bound and for the host is not used."""
    named = any(overlap(caller.viewer.fqdn(h, source.namespace), call.domain) for _, h in source.hosts)
    if not named:
        return None
    if not caller.viewer.may_see(source.export_to):
        said = f"{source.id} is not exported to {caller.namespace}, where the gateway is"
        return said, source, ("spec", "exportTo"), f"Add {caller.namespace} to its exportTo."
    serving = servings[0]
    if not serving.serves(call.domain, source):
        said = (
            f"{serving.gateway.id} serves {call.domain} for VirtualServices of other namespaces than {source.namespace}"
        )
        path = (*serving.server.path, "hosts")
        return said, serving.gateway, path, f"Add {source.namespace}/{call.domain} to its hosts, or move {source.id}."
    said = f"{source.id} has no route for this protocol"
    return said, source, ("spec",), "Add http, tls or tcp routes, as the server of the Gateway needs them."
