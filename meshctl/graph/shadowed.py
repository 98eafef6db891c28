"""Routes and matches of VirtualServices that an earlier one leaves nothing for."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from meshctl.graph.fields import Fields, listed, mapping, text
from meshctl.graph.httpcoverage import HttpMatch, WrittenPrefixes, http_match
from meshctl.graph.kinds.networking import MESH, VirtualService, gateway_reference
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

_MAY_BE_MANY = ("gateways", "sniHosts", "destinationSubnets")
_NOT_COMPARED = ("name",)

Rest = Literal["nothing", "delegate", "others"]
"""What is left for the later one: nothing, what a delegate has no route for, or what the earlier one does not take."""
How = Literal["same", "wider", "delegate"]


class Shadow(Struct, frozen=True):
    """A route, or with `of="match"` one match of it, that gets less than it says because of what is at `earlier`.

    `same` says that the earlier match is equal, otherwise it is wider. `evident` is what Istio's own analysis sees too:
    a route behind one that takes everything (not its matches), equal matches, and, for a match alone, prefixes that
    begin with another.
    """

    source: VirtualService
    of: Literal["route", "match"]
    path: Path
    earlier: Path
    same: bool = False
    evident: bool = True
    rest: Rest = "nothing"

    @property
    def label(self) -> str:
        """What to call it: by the name of its route, or by its place."""
        return _called(self.source, self.path)

    @property
    def earlier_label(self) -> str:
        """What to call the earlier one."""
        return _called(self.source, self.earlier)


def _called(source: VirtualService, path: Path) -> str:
    protocol, position = str(path[1]), path[2]
    name = text(mapping(source.spec[protocol][position]).get("name"))
    route = f'the route "{name}"' if name else f"the route {protocol}[{position}]"
    return f"match[{path[4]}] of {route}" if len(path) > 4 else route


@index(VirtualService)
def shadowed(mesh: MeshGraph) -> tuple[Shadow, ...]:
    """Every route and match that gets less than it says, in document order; a route also for its matches."""
    return tuple(shadow for source in mesh.all(VirtualService) for shadow in _of_service(source))


def _of_service(source: VirtualService) -> Iterator[Shadow]:
    for protocol in ("http", "tls", "tcp"):
        routes = listed(source.spec.get(protocol))
        if len(routes) > 1 or (routes and len(listed(mapping(routes[0]).get("match"))) > 1):
            earlier = _EarlierHttp(source) if protocol == "http" else _Earlier()
            yield from _of_list(source, ("spec", protocol), routes, earlier)


def _of_list(source: VirtualService, path: Path, routes: list[Any], earlier: "_Earlier") -> Iterator[Shadow]:
    everything: Path | None = None
    delegate: Path | None = None
    for i, route in enumerate(routes):
        if not isinstance(route, dict):
            continue
        place = (*path, i)
        matches = [((*place, "match", j), m) for j, m in enumerate(listed(route.get("match"))) if isinstance(m, dict)]
        # Matches behind a route for everything are looked at all the same: what is wrong stays when it is moved.
        if everything is not None:
            yield Shadow(source, "route", place, everything)
        elif delegate is not None:
            yield Shadow(source, "route", place, delegate, rest="delegate")
        if not matches:
            # A delegate has matches of its own, so what fits none of them goes on to the next route.
            if not route.get("delegate"):
                everything = everything or place
            delegate = delegate or place
            continue
        delegating = bool(route.get("delegate"))
        hits = [earlier.take(match, where, delegating=delegating, counts=delegate is None) for where, match in matches]
        for (where, _), hit in zip(matches, hits, strict=True):
            if hit is not None:
                yield Shadow(source, "match", where, hit.path, hit.how == "same", hit.evident, hit.rest)
        if delegate is None and (rest := _rest_of_route(hits)):
            evident = all(hit is not None and hit.how != "wider" for hit in hits)
            first = next(hit for hit in hits if hit is not None)
            if rest == "nothing" or evident:
                yield Shadow(source, "route", place, first.path[:3], first.how == "same", evident, rest)


class _Hit(NamedTuple):
    """The earlier match that takes requests from a later one."""

    path: Path
    how: How
    evident: bool
    rest: Rest


def _rest_of_route(hits: list[_Hit | None]) -> Rest | None:
    """What is left for a route of whose matches these are before; None if one has more than a delegate leaves."""
    rests = {hit.rest if hit is not None else "others" for hit in hits}
    return None if "others" in rests else "delegate" if "delegate" in rests else "nothing"


class _Earlier:
    """Matches seen so far, where only equal ones count: Envoy takes the closest match of TCP and TLS, not the first."""

    def __init__(self) -> None:
        self._equal: dict[Hashable, Path] = {}
        self._delegated: dict[Hashable, Path] = {}

    def take(self, match: Fields, path: Path, *, delegating: bool, counts: bool) -> _Hit | None:
        """The earlier match that takes requests from this one, if any, which is remembered.

        `delegating` says that its route goes to a delegate. Where it does not count, for a route that takes everything
        is before it, nothing about it is evident.
        """
        same = _comparable(match)
        if same in self._equal:
            return _Hit(self._equal[same], "same", counts, "nothing")
        if same in self._delegated:
            return _Hit(self._delegated[same], "delegate", True, "delegate") if counts else None
        (self._delegated if delegating else self._equal)[same] = path
        wider = self._compare(match, path, keep=not delegating)
        overlapping = self._overlap(match, path) if counts else None
        if wider is not None:
            return _Hit(wider, "wider", overlapping is not None, "nothing")
        return None if overlapping is None else _Hit(overlapping, "wider", True, "others")

    def _compare(self, match: Fields, path: Path, *, keep: bool) -> Path | None:
        return None

    def _overlap(self, match: Fields, path: Path) -> Path | None:
        return None


class _EarlierHttp(_Earlier):
    """Matches of http routes, where the first that fits is taken, so that a wider one leaves nothing either.

    Each is filed under its path and one more thing that it asks for. A match looks only where what it asks for itself
    is filed, so that the cost does not grow with the square of the matches.
    """

    def __init__(self, source: VirtualService) -> None:
        super().__init__()
        names = [name for _, name in source.gateways] or [MESH]
        self._gateways = frozenset(gateway_reference(name, source.namespace) for name in names)
        self._namespace = source.namespace
        self._filed: dict[Hashable, list[tuple[HttpMatch, Path]]] = defaultdict(list)
        self._lengths: set[int] = set()
        self._prefixes = WrittenPrefixes()

    def _overlap(self, match: Fields, path: Path) -> Path | None:
        return self._prefixes.before(match, path)

    def _compare(self, match: Fields, path: Path, *, keep: bool) -> Path | None:
        own = http_match(match, self._gateways, self._namespace)
        if self._filed:
            asked = (None, *own.anchors())
            wider = [found for key in self._keys(own) for anchor in asked if (found := self._wider(own, (key, anchor)))]
            if wider:
                return min(wider)
        if keep:
            key = None if own.takes_every_path or own.uri is None else (own.uri[0], own.uri[1].lower())
            if key is not None and key[0] == "prefix":
                self._lengths.add(len(key[1]))
            self._filed[key, next(own.anchors(), None)].append((own, path))
        return None

    def _keys(self, own: HttpMatch) -> Iterator[Hashable]:
        """Where matches are filed whose path may be wider."""
        yield None
        if own.uri is None:
            return
        how, path = own.uri[0], own.uri[1].lower()
        yield how, path
        if how != "regex":
            longest = len(path) if how == "exact" else len(path) - 1
            yield from (("prefix", path[:n]) for n in self._lengths if n <= longest)

    def _wider(self, own: HttpMatch, place: Hashable) -> Path | None:
        return next((path for other, path in self._filed.get(place, ()) if other.covers(own)), None)


def _comparable(match: Fields) -> Hashable:
    """A match without its name and empty fields, in a form that equal ones share."""
    return frozenset(
        (field, frozenset(value) if field in _MAY_BE_MANY and _are_texts(value) else _frozen(value))
        for field, value in match.items()
        if field not in _NOT_COMPARED and value not in (None, "", 0, False, [], {})
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, dict):
        return frozenset((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value  # type: ignore[no-any-return]
