"""Reading values of unknown shape: each function takes anything and never raises."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Fields = Mapping[str, Any]

EMPTY: Fields = MappingProxyType({})


def mapping(value: object) -> Fields:
    """The value if it is a mapping (as parsers make them, a dict), else an empty one."""
    return value if isinstance(value, dict) else EMPTY


def text(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def integer(value: object) -> int | None:
    """A whole number (not a boolean), or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def listed(value: object) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list, others left out: positions are lost, use `numbered_texts` where they matter."""
    return tuple(item for item in listed(value) if isinstance(item, str))


def numbered_texts(value: object) -> Iterator[tuple[int, str]]:
    """The strings of a list with their positions."""
    for position, item in enumerate(listed(value)):
        if isinstance(item, str):
            yield position, item


def numbered(value: object) -> Iterator[tuple[int, Fields]]:
    """The mappings of a list with their positions; other items are left out."""
    for position, item in enumerate(listed(value)):
        if isinstance(item, dict):
            yield position, item


def labels(value: object) -> Mapping[str, str]:
    """A map of strings. A value of another type (`version: 1`) is left out: the API server would refuse the object."""
    found = mapping(value)
    for item in found.values():
        if not isinstance(item, str):
            return MappingProxyType({k: v for k, v in found.items() if isinstance(v, str)})
    return found
