"""Routes of a ServiceRouter that never get a request, for those before them take all of theirs."""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from meshctl.graph.fields import Fields, numbered, text
from meshctl.graph.kinds.consul import ServiceRouter, methods
from meshctl.model.paths import Path

_Conditions = Hashable
_NONE: _Conditions = (frozenset(), frozenset(), frozenset())


class Covered(NamedTuple):
    """A route at `path` whose requests one at `by` takes; `equal` says that both are for the same."""

    path: Path
    by: Path
    equal: bool


def covered_routes(router: ServiceRouter) -> Iterator[Covered]:
    """The routes that are never used, each with the first that takes its requests."""
    prefixes: dict[tuple[_Conditions, str], Path] = {}
    others: dict[Hashable, Path] = {}
    for path, http, _ in router.routes:
        conditions, key = _conditions(http), _key(http)
        by = others.get(key)
        if by is None:
            by = _wider(prefixes, conditions, http)
        if by is not None:
            yield Covered(path, by, others.get(key) is not None)
            continue
        others[key] = path
        if (prefix := _prefix(http)) is not None:
            prefixes.setdefault((conditions, prefix), path)


def _wider(prefixes: dict[tuple[_Conditions, str], Path], conditions: _Conditions, http: Fields) -> Path | None:
    """An earlier route for a part of this one's path, with the same further conditions or none."""
    paths = _beginnings(http)
    found = [prefixes.get((asked, path)) for asked in (_NONE, conditions) for path in paths]
    return min((path for path in found if path is not None), key=lambda path: int(path[2]), default=None)


def _beginnings(http: Fields) -> list[str]:
    exact, prefix = text(http.get("pathExact")), text(http.get("pathPrefix"))
    whole = exact or prefix
    if http.get("caseInsensitive") is True:
        return [""]
    # `/` takes every path, as a route without one does.
    return ["", *(whole[:length] for length in range(1, len(whole) + 1))]


def _prefix(http: Fields) -> str | None:
    """The beginning of the paths that a route takes, empty for all; None where there is no such thing."""
    if text(http.get("pathExact")) or text(http.get("pathRegex")) or http.get("caseInsensitive") is True:
        return None
    prefix = text(http.get("pathPrefix"))
    return "" if prefix == "/" else prefix


def _key(http: Fields) -> Hashable:
    paths = tuple(text(http.get(name)) for name in ("pathExact", "pathPrefix", "pathRegex"))
    return ("", "", "") if paths == ("", "/", "") else paths, http.get("caseInsensitive") is True, _conditions(http)


def _conditions(http: Fields) -> _Conditions:
    return frozenset(methods(http)), _items(http, "header", lower=True), _items(http, "queryParam")


def _items(http: Fields, field: str, *, lower: bool = False) -> frozenset[tuple[tuple[str, str], ...]]:
    found = set()
    for _, item in numbered(http.get(field)):
        said = {key: str(value) for key, value in item.items() if value not in (None, "", False)}
        if lower and "name" in said:
            said["name"] = said["name"].lower()
        found.add(tuple(sorted(said.items())))
    return frozenset(found)
