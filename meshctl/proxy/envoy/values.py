"""Values of protobuf's JSON as what they should be; anything else reads as empty."""

from typing import Any


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in a list."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def mapping(value: object) -> dict[str, Any]:
    """An object."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A text."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int:
    """An integer: a number, a text for 64 bits, nothing for 0."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0
    try:
        return int(value)
    except (ValueError, OverflowError):
        return 0
