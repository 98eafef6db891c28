"""Routes of the Gateway API: which rule takes a request, and what it does with it."""

from collections.abc import Sequence

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import HOSTNAME, SERVICE, BackendRef, GatewayRoute
from meshctl.graph.kubernetesgateway.grants import grants, missing_grant
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.mesh import Missing
from meshctl.graph.nearest import Names
from meshctl.graph.trace.actions import Onward, answer
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.destination import To
from meshctl.graph.trace.kubernetesmatching import RuleMatch, matches_of, misfits
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.trace.matching import Misfit
from meshctl.graph.trace.steps import percent
from meshctl.model.paths import dotted

_SHOWN = 4
READS = (ReferenceGrant,)


def take(
    leg: Leg, caller: Caller, call: Call, routes: Sequence[GatewayRoute], port: int, onward: Onward, *, gateway: bool
) -> None:
    """Goes on by the most specific rule of these routes, which are for one host.

    `gateway` says that they are attached to a Gateway: then they need permission to refer to other namespaces.
    """
    found: list[RuleMatch] = []
    missed: list[tuple[RuleMatch, list[Misfit]]] = []
    for route in sorted(routes, key=age):
        for rule in route.rules:
            for match in matches_of(route, rule):
                why = list(misfits(match, call)) if route.has_requests else []
                if why:
                    missed.append((match, why))
                else:
                    found.append(match)
    best = min(found, key=lambda match: match.rank, default=None)
    before = [one for one in missed if best is None or (one[0].rank < best.rank and one[0].rule is not best.rule)]
    for match, why in before[:_SHOWN]:
        said = f"{label(match)} is not for it: {why[0].text}."
        leg.note("route", said, match.route, (*match.path, *why[0].path))
    if best is None:
        _not_found(leg, routes, missed, call)
        return
    _act(leg, caller, call, best, port, onward, gateway=gateway)


def label(match: RuleMatch) -> str:
    """`rules[1] of HTTPRoute shop/web`."""
    return f"{dotted(match.rule.path)[5:]} of {match.route.id}"


def _not_found(
    leg: Leg, routes: Sequence[GatewayRoute], missed: list[tuple[RuleMatch, list[Misfit]]], call: Call
) -> None:
    names = " and ".join(str(route.id) for route in routes[:3])
    said = f"No rule of {names} takes {call.method} {call.path}: 404."
    if not missed:
        leg.fails("route", said, routes[0], ("spec", "rules"), status=404, flag="NR", fix="Add a rule for it.")
        return
    match, why = min(missed, key=lambda one: len(one[1]))
    path = (*match.path, *why[0].path)
    fix = f"Add a rule for it, or widen {dotted(path)}: {why[0].text}."
    leg.fails("route", said, match.route, path, status=404, flag="NR", fix=fix)


def _act(leg: Leg, caller: Caller, call: Call, match: RuleMatch, port: int, onward: Onward, *, gateway: bool) -> None:
    rule, route = match.rule, match.route
    for i, one in numbered(rule.fields.get("filters")):
        path = (*rule.path, "filters", i)
        if text(one.get("type")) == "RequestRedirect":
            status = integer(mapping(one.get("requestRedirect")).get("statusCode")) or 302
            url = _redirected(mapping(one.get("requestRedirect")), call)
            answer(leg, f"{label(match)} redirects it to {url}: {status}.", status, route, path)
            return
        if text(one.get("type")) == "RequestMirror":
            to = text(mapping(mapping(one.get("requestMirror")).get("backendRef")).get("name"))
            leg.note("mirror", f"A copy goes to {to}, whose answer nobody waits for.", route, path)
        if text(one.get("type")) == "ExtensionRef":
            leg.note("route", "What its ExtensionRef does is not looked at.", route, path)
    weights = [max(backend.weight, 0) for backend in rule.backends]
    if not sum(weights):
        said = f"{label(match)} takes it and has no backend with a weight: 500."
        leg.fails("route", said, route, (*rule.path, "backendRefs"), status=500, fix="Add a backend.")
        return
    shares = [
        (backend, weight / sum(weights)) for backend, weight in zip(rule.backends, weights, strict=True) if weight
    ]
    where = ", ".join(f"{percent(share)} to {_short(b)}" if share < 1 else f"to {_short(b)}" for b, share in shares)
    leg.passes("route", f"{label(match)} takes it: {where}.", route, match.path)
    if timeout := text(mapping(rule.fields.get("timeouts")).get("request")):
        leg.note("route", f"After {timeout} without an answer it is a 504 (UT).", route, (*rule.path, "timeouts"))
    changed = _changed(call, match)
    for backend, share in shares:
        part = leg
        if len(shares) > 1:
            name = _short(backend)
            part = leg.split(leg.share * share, f"{leg.part}, {name}" if leg.part else name)
        _to(part, caller, changed, route, backend, port, onward, gateway=gateway)


def _short(backend: BackendRef) -> str:
    return f"{backend.name}.{backend.namespace}" if backend.kind == SERVICE else backend.name


def _to(
    leg: Leg,
    caller: Caller,
    call: Call,
    route: GatewayRoute,
    backend: BackendRef,
    port: int,
    onward: Onward,
    *,
    gateway: bool,
) -> None:
    mesh = leg.mesh
    target = backend.kind, backend.namespace, backend.name
    if gateway and not grants(mesh).permit((route.id.kind_key, route.namespace), target):
        said = f"A ReferenceGrant in {backend.namespace} that lets {route.id} refer to {_short(backend)} {ABSENT}: 500."
        lacking = missing_grant(backend.namespace, backend.name)
        fix = f"Make a ReferenceGrant in {backend.namespace} from {route.id.kind} of {route.namespace} to its Services."
        leg.lacks("route", lacking, said, route, (*backend.path, "namespace"), status=500, fix=fix)
        return
    if backend.kind == HOSTNAME:
        onward(leg, caller, call, To(backend.name, "", backend.port, route, backend.path), port)
        return
    if backend.kind != SERVICE:
        said = f"{backend.kind.kind} {backend.full_name} is no Service: where it leads is not known."
        leg.depends("route", said, route, backend.path)
        leg.unknown()
        return
    service = mesh.get(Service, backend.namespace, backend.name)
    if service is None:
        missing = Missing("service", backend.full_name, Service.KINDS, backend.namespace)
        near = Names(s.name for s in mesh.all(Service) if s.namespace == backend.namespace).nearest(backend.name)
        said = f"The Service {backend.full_name} {ABSENT}: 500."
        fix = f"Did you mean {near}?" if near else "Correct the name, or add the Service."
        leg.lacks("route", missing, said, route, (*backend.path, "name"), status=500, fix=fix)
        return
    if backend.port not in service.ports_by_number:
        known = ", ".join(str(number) for number in service.ports_by_number)
        said = f"{service.id} has no port {backend.port}: 500."
        leg.fails("route", said, route, (*backend.path, "port"), status=500, fix=f"Its ports are {known}.")
        return
    host = hosts(mesh).of_service(service.name, service.namespace)
    onward(leg, caller, call, To(host, "", backend.port, route, backend.path), port)


def _redirected(to: Fields, call: Call) -> str:
    path = mapping(to.get("path"))
    where = text(path.get("replaceFullPath")) or text(path.get("replacePrefixMatch")) or call.path
    port = integer(to.get("port"))
    host = text(to.get("hostname")) or call.domain
    return f"{text(to.get('scheme')) or call.scheme}://{host}{f':{port}' if port else ''}{where}"


def _changed(call: Call, match: RuleMatch) -> Call:
    headers, path, authority = dict(call.headers), call.path, call.authority
    for _, one in numbered(match.rule.fields.get("filters")):
        changes = mapping(one.get("requestHeaderModifier"))
        for field in ("set", "add"):
            for _, header in numbered(changes.get(field)):
                headers[text(header.get("name")).lower()] = text(header.get("value"))
        for name in changes.get("remove") or ():
            headers.pop(str(name).lower(), None)
        rewrite = mapping(one.get("urlRewrite"))
        authority = text(rewrite.get("hostname")) or authority
        path = _rewritten(path, mapping(rewrite.get("path")), match)
    return call.changed(headers=headers, path=path, authority=authority)


def _rewritten(path: str, to: Fields, match: RuleMatch) -> str:
    if full := text(to.get("replaceFullPath")):
        return full
    if "replacePrefixMatch" not in to:
        return path
    _, prefix = match.asked_path
    rest = path[len(prefix.rstrip("/")) :]
    return (text(to.get("replacePrefixMatch")).rstrip("/") + rest) or "/"
