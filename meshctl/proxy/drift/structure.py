"""Where two messages of Envoy's differ, whatever they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.model.paths import Path
from meshctl.proxy.drift.values import same

ABSENT = None
_REDACTED = "[redacted]"
_UNORDERED = frozenset({"domains", "server_names", "prefix_ranges", "source_prefix_ranges", "additional_addresses"})
_EMPTY = ("", [], ())


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
        one, other = sorted(one, key=repr), sorted(other, key=repr)
    names = _names(one), _names(other)
    if names[0] and names[1] and names[0].keys() != names[1].keys():
        for name in dict.fromkeys((*names[0], *names[1])):
            if name in names[0] and name in names[1]:
                position = names[0][name]
                yield from differences(one[position], other[names[1][name]], (*path, position))
            else:
                found = [one[names[0][name]] if name in names[0] else ABSENT]
                found.append(other[names[1][name]] if name in names[1] else ABSENT)
                yield (*path, names[0].get(name, len(one))), found[0], found[1]
    elif len(one) == len(other):
        for position, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, (*path, position))
    else:
        yield path, one, other


def _names(entries: list[Any]) -> Mapping[str, int]:
    """Position by name, where every entry has one of its own."""
    found = {e["name"]: i for i, e in enumerate(entries) if isinstance(e, dict) and isinstance(e.get("name"), str)}
    return found if len(found) == len(entries) else {}
