"""Virtual hosts: the routes that VirtualServices ask for against those that are sent and those that run."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.networking import VirtualService
from meshctl.model.difference import Difference, Hop
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.judge import judged, lost, source_of, unexplained
from meshctl.proxy.drift.routematch import uri_of
from meshctl.proxy.drift.virtualservice import PlannedRoute
from meshctl.proxy.drift.wants import Want

VIRTUAL_SERVICE = "VirtualService"


class PlannedHost(Struct, frozen=True):
    """The routes that one VirtualService wants in a virtual host; `path` is that of the host in it.

    `routes` is None where they are not to be told from it alone.
    """

    source: VirtualService
    path: Path
    routes: tuple[PlannedRoute, ...] | None


def virtual_hosts(config: Any) -> dict[str, Fields]:
    """The virtual hosts of a route configuration by name."""
    return {text(v.get("name")): v for _, v in numbered(mapping(config).get("virtual_hosts"))}


def sources(host: Any) -> set[ResourceId]:
    """The VirtualServices that routes of a virtual host say they are from."""
    found = (source_of(route) for _, route in numbered(mapping(host).get("routes")))
    return {each for each in found if each is not None and each.kind == VIRTUAL_SERVICE}


def host_differences(
    planned: Sequence[PlannedHost],
    wants: Iterable[Want],
    sent: Any,
    running: Any,
    known: bool,
    name: str,
) -> Iterator[Difference]:
    """What differs in one virtual host that is there; `sent` is None where it is not sent, or not `known` to be.

    VirtualServices that a side has no route of are left to others.
    """
    hidden: list[Path] = []
    # What a proxy keeps that is not sent any more is no place to look for fields.
    for found, explained in judged(wants, sent, running, known, name):
        hidden += explained
        yield found
    for host in planned:
        if host.routes is None:
            continue
        mine = _routes_of(host.source, running)
        theirs = _routes_of(host.source, sent) if known else []
        problem = _shape(host, host.routes, theirs, Hop.CONTROL_PLANE, name) if known else None
        problem = problem or _shape(host, host.routes, mine, Hop.DELIVERY if known else Hop.UNKNOWN, name)
        if problem:
            hidden.append(("routes",))
            yield from problem
            continue
        for k, route in enumerate(host.routes):
            position, running_route = mine[k]
            for found, explained in judged(route.wants, theirs[k][1] if known else None, running_route, known, name):
                hidden += [("routes", position, *path) for path in explained]
                yield found
    if known and sent is not None and running is not None:
        yield from _others(sent, running, hidden, name)


def _others(sent: Any, running: Any, hidden: list[Path], name: str) -> Iterator[Difference]:
    """What no VirtualService explains: routes are compared one by one, so that each names what it is from."""
    theirs, mine = (list(numbered(mapping(side).get("routes"))) for side in (sent, running))
    if len(theirs) == len(mine):
        for (_, one), (i, other) in zip(theirs, mine, strict=True):
            inside = [p[2:] for p in hidden if p[:2] == ("routes", i)]
            if ("routes",) not in hidden:
                yield from unexplained(one, other, inside, name, at=("routes", i))
        hidden = [*hidden, ("routes",)]
    yield from unexplained(sent, running, hidden, name)


def _routes_of(source: VirtualService, host: Any) -> list[tuple[int, Fields]]:
    """Positions and routes of a VirtualService; all of them where none says what it is from."""
    routes = list(numbered(mapping(host).get("routes")))
    named = [(i, r) for i, r in routes if (found := source_of(r)) and found[1:] == source.id[1:]]
    return named if named or sources(host) else routes


def _shape(
    host: PlannedHost, planned: tuple[PlannedRoute, ...], found: list[tuple[int, Fields]], hop: Hop, name: str
) -> list[Difference] | None:
    """Routes that lack, are too many or stand in another order; None where they can be compared one by one."""
    wanted, there = [r.key for r in planned], [_key(route) for _, route in found]
    identity = host.source.id
    if len(wanted) == len(there):
        if wanted != there and sorted(wanted) == sorted(there):
            return [lost(identity, ("spec", "http"), "routes", tuple(wanted), tuple(there), hop, name)]
        return None
    problems = []
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, wanted, there, autojunk=False).get_opcodes():
        if verb == "equal":
            continue
        missing, more = planned[i1:i2], there[j1:j2]
        problems += [lost(r.source, r.path, "routes", r.key, None, hop, name) for r in missing]
        if not missing:
            problems += [lost(identity, ("spec", "http"), "routes", None, key, hop, name) for key in more]
    return problems


def _key(route: Fields) -> str:
    return text(route.get("name")) or uri_of(route) or ""


def config_differences(sent: Any, running: Any, name: str) -> Iterator[Difference]:
    """What differs in a route configuration beside its virtual hosts."""
    yield from unexplained(sent, running, [("virtual_hosts",)], name)
