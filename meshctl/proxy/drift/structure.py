"""Where two messages of Envoy's differ, whatever they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.model.paths import Path
from meshctl.proxy.drift.values import same

ABSENT = None
_REDACTED = "[redacted]"
_UNORDERED = frozenset({"domains", "server_names", "prefix_ranges", "source_prefix_ranges", "additional_addresses"})
_EMPTY: tuple[Any, ...] = ("", [], ())


def differences(one: Any, other: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Paths where two messages differ, each as deep as it can be told, with both values; None is not there."""
    if one is other or (type(one) is type(other) and one == other):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            if key not in one or key not in other:
                if one.get(key, other.get(key)) not in _EMPTY:
                    yield (*path, key), one.get(key, ABSENT), other.get(key, ABSENT)
            else:
                yield from differences(one[key], other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list):
        yield from _lists(one, other, path)
    elif _REDACTED not in (one, other) and not same(one, other):
        yield path, one, other


def _lists(one: list[Any], other: list[Any], path: Path) -> Iterator[tuple[Path, Any, Any]]:
    if path and path[-1] in _UNORDERED:
        left, right = ([e for e in these if e not in those] for these, those in ((one, other), (other, one)))
        if left or right:
            yield path, left, right
        return
    names = _names(one), _names(other)
    if names[0].keys() == names[1].keys() and list(names[0]) != list(names[1]):
        yield path, list(names[0]), list(names[1])
    elif len(one) == len(other):
        for i, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from differences(mine, theirs, (*path, i))
    elif names[0] and names[1]:
        for name in dict.fromkeys((*names[0], *names[1])):
            position, place = names[0].get(name), names[1].get(name)
            if position is not None and place is not None:
                yield from differences(one[position], other[place], (*path, position))
            else:
                there = ABSENT if position is None else one[position]
                yield (*path, name), there, ABSENT if place is None else other[place]
    else:
        yield path, one, other


def _names(entries: list[Any]) -> Mapping[str, int]:
    """Position by name, where every entry has one of its own."""
    found = {e["name"]: i for i, e in enumerate(entries) if isinstance(e, dict) and isinstance(e.get("name"), str)}
    return found if len(found) == len(entries) else {}
