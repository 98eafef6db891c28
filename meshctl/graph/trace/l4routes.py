"""The `tls` and `tcp` routes of VirtualServices: where connections go that nobody looks into."""

from collections.abc import Iterator, Sequence
from typing import Literal

from meshctl.graph.fields import integer, mapping, numbered, texts
from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.networking import MESH, gateway_reference
from meshctl.graph.selectors import matches
from meshctl.graph.trace.actions import Target, targets_of
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.routes import Bound
from meshctl.graph.trace.steps import percent
from meshctl.model.paths import Path, dotted

Protocol = Literal["tls", "tcp"]


def connection_route(
    leg: Leg, caller: Caller, bound: Sequence[Bound], protocol: Protocol, call: Call, port: int
) -> list[Target]:
    """The destinations of the first route that is for a connection, each with its share; none where none is."""
    for each, path, route in _routes(bound, protocol):
        asked = [match for _, match in numbered(route.get("match"))]
        fits = any(_fits(caller, each, match, protocol, call, port) for match in asked)
        if not fits and (asked or protocol == "tls"):
            continue
        found = targets_of(caller, each.source, path, route)
        shares = ", ".join(f"{percent(share)} to {to.name}" if share < 1 else f"to {to.name}" for to, share, _ in found)
        leg.passes("route", f"{dotted(path)[5:]} of {each.source.id} takes it: {shares}.", each.source, path)
        return found
    return []


def _routes(bound: Sequence[Bound], protocol: Protocol) -> Iterator[tuple[Bound, Path, dict[str, object]]]:
    for each in bound:
        for i, route in numbered(each.source.spec.get(protocol)):
            yield each, ("spec", protocol, i), dict(route)


def _fits(caller: Caller, each: Bound, match: object, protocol: Protocol, call: Call, port: int) -> bool:
    asked = mapping(match)
    named = texts(asked.get("gateways"))
    gateways = {MESH if n == MESH else "/".join(gateway_reference(n, each.source.namespace)) for n in named}
    if (gateways and each.gateway not in gateways) or integer(asked.get("port")) not in (None, 0, port):
        return False
    labels = {k: str(v) for k, v in mapping(asked.get("sourceLabels")).items()}
    if each.gateway == MESH and not matches(labels, caller.viewer.labels):
        return False
    hosts = texts(asked.get("sniHosts"))
    return protocol == "tcp" or any(overlap(host, call.domain) for host in hosts)
