"""Routes and matches of VirtualServices that an earlier one leaves nothing for."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any, Literal

from msgspec import Struct

from meshctl.graph.fields import Fields, listed, mapping, text
from meshctl.graph.httpcoverage import HttpMatch, evidently_covers, http_match
from meshctl.graph.kinds.networking import MESH, VirtualService, gateway_reference
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

_MAY_BE_MANY = ("gateways", "sniHosts", "destinationSubnets")
_NOT_COMPARED = ("name", "statPrefix")


class Shadow(Struct, frozen=True):
    """A route, or with `of="match"` one match of it, that is never used because of what is at the path `earlier`.

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
    """Every route and match that is never used, in document order; a route also for its matches."""
    return tuple(shadow for source in mesh.all(VirtualService) for shadow in _of_service(source))


def _of_service(source: VirtualService) -> Iterator[Shadow]:
    for protocol in ("http", "tls", "tcp"):
        routes = listed(source.spec.get(protocol))
        if len(routes) > 1 or (routes and len(listed(mapping(routes[0]).get("match"))) > 1):
            earlier = _EarlierHttp(source) if protocol == "http" else _Earlier()
            yield from _of_list(source, ("spec", protocol), routes, earlier)


def _of_list(source: VirtualService, path: Path, routes: list[Any], earlier: "_Earlier") -> Iterator[Shadow]:
    everything: Path | None = None
    for i, route in enumerate(routes):
        if not isinstance(route, dict):
            continue
        place = (*path, i)
        matches = [(j, m) for j, m in enumerate(listed(route.get("match"))) if isinstance(m, dict)]
        if everything is not None:
            # Its matches are looked at all the same: what is wrong with them stays when the route is moved.
            yield Shadow(source, "route", place, everything)
        elif not matches:
            # A delegate has matches of its own, so what fits none of them goes on to the next route.
            everything = None if route.get("delegate") else place
            continue
        hits = [earlier.take(match, (*place, "match", j), keep=not route.get("delegate")) for j, match in matches]
        for (j, match), hit in zip(matches, hits, strict=True):
            if hit is not None:
                wider, same = hit
                evident = same or evidently_covers(routes[int(wider[2])]["match"][int(wider[4])], match)
                evident = evident and everything is None
                yield Shadow(source, "match", (*place, "match", j), wider, same, evident)
        if everything is None and all(hits) and hits[0] is not None:
            evident = all(hit is not None and hit[1] for hit in hits)
            yield Shadow(source, "route", place, hits[0][0][:3], hits[0][1], evident)


Seen = tuple[Path, bool]
"""Path of a match, and whether it is the same as the one looked up."""


class _Earlier:
    """Matches seen so far, where only equal ones count: Envoy takes the closest match of TCP and TLS, not the first."""

    def __init__(self) -> None:
        self._equal: dict[Hashable, Path] = {}

    def take(self, match: Fields, path: Path, *, keep: bool) -> Seen | None:
        """The earlier match that leaves nothing for this one, if any; with `keep` this one is remembered."""
        same = _comparable(match)
        if same in self._equal:
            return self._equal[same], True
        if keep:
            self._equal[same] = path
        wider = self._compare(match, path, keep)
        return None if wider is None else (wider, False)

    def _compare(self, match: Fields, path: Path, keep: bool) -> Path | None:
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

    def _compare(self, match: Fields, path: Path, keep: bool) -> Path | None:
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
