"""The tcp and tls routes of a VirtualService."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, listed, numbered, numbered_texts
from meshctl.graph.validation.destinations import targets
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.gatewaynames import gateway_names
from meshctl.graph.validation.hosts import wildcard_domain
from meshctl.graph.validation.labels import label_set
from meshctl.graph.validation.names import is_ip, is_subnet, is_wildcard_domain
from meshctl.graph.validation.ranges import port
from meshctl.model.paths import Path


def tcp_routes(value: Any, path: Path) -> Iterator[Fault]:
    """Routes of bytes."""
    for i, route in numbered(value):
        for j, match in numbered(route.get("match")):
            yield from _match(match, (*path, i, "match", j))
        yield from _targets(route, (*path, i))


def tls_routes(value: Any, path: Path, hosts: tuple[str, ...]) -> Iterator[Fault]:
    """Routes of TLS by the name the client asks for, which one of the VirtualService's `hosts` has to cover."""
    exact, wildcards = frozenset(hosts), tuple(host for host in hosts if host.startswith("*"))
    for i, route in numbered(value):
        if not listed(route.get("match")):
            yield Fault((*path, i, "match"), "The tls route has no match.", "Add a match with sniHosts.")
        for j, match in numbered(route.get("match")):
            place = (*path, i, "match", j)
            if not match.get("sniHosts"):
                yield Fault((*place, "sniHosts"), "The tls match names no sniHosts.", "Add the names it is for.")
            for k, name in numbered_texts(match.get("sniHosts")):
                covered = name in exact or any(name.removeprefix("*").endswith(host[1:]) for host in wildcards)
                yield from _sni_host(name, (*place, "sniHosts", k), covered)
            yield from _match(match, place)
        yield from _targets(route, (*path, i))


def _sni_host(name: str, path: Path, covered: bool) -> Iterator[Fault]:
    if is_ip(name):
        yield Fault(
            path,
            f"{name} is an address: clients put no address into SNI, so the match is hardly ever met.",
            "Match by destinationSubnets instead.",
            warning=True,
        )
    elif not is_wildcard_domain(name):
        yield from wildcard_domain(name, path)
        return
    if not covered:
        yield Fault(
            path,
            f"No host of the VirtualService covers {name}, so the route would never be met.",
            f"Add {name} to its hosts, or correct it.",
        )


def _targets(route: Fields, path: Path) -> Iterator[Fault]:
    if not listed(route.get("route")):
        yield Fault((*path, "route"), "The route leads nowhere.", "Add `route` with a destination.")
    yield from targets(route.get("route"), (*path, "route"))


def _match(match: Fields, path: Path) -> Iterator[Fault]:
    """What matches of tcp and tls routes have in common."""
    for i, subnet in enumerate(listed(match.get("destinationSubnets"))):
        if isinstance(subnet, str) and not is_subnet(subnet):
            yield Fault(
                (*path, "destinationSubnets", i), f"{subnet!r} is no address or network.", "Write it as 10.0.0.0/8."
            )
    if match.get("port"):
        yield from port(match["port"], (*path, "port"))
    yield from label_set(match.get("sourceLabels"), (*path, "sourceLabels"))
    yield from gateway_names(match.get("gateways"), (*path, "gateways"))
