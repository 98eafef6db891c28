"""Durations such as `1.5s` or `1m30s`."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+\Z")
_MILLISECONDS = {
    "ns": Fraction(1, 1_000_000),
    "us": Fraction(1, 1000),
    "µs": Fraction(1, 1000),
    "μs": Fraction(1, 1000),
    "ms": Fraction(1),
    "s": Fraction(1000),
    "m": Fraction(60_000),
    "h": Fraction(3_600_000),
}


@lru_cache(4096)
def milliseconds(text: str) -> Fraction | None:
    """How many milliseconds a text such as `1m30s` means; None if it is no duration."""
    if text == "0":
        return Fraction(0)
    if not _WHOLE.match(text):
        return None
    total = sum((Fraction(number) * _MILLISECONDS[unit] for number, unit in _PART.findall(text)), Fraction(0))
    return -total if text.startswith("-") else total


def duration(value: Any, path: Path, *, zero: bool = False) -> Iterator[Fault]:
    """A duration of whole milliseconds, at least one; `zero` allows none at all."""
    if not isinstance(value, str):
        return
    length = milliseconds(value)
    if length is None:
        yield Fault(path, f"{value!r} is no duration.", "Write a number with its unit, as 500ms, 1.5s, 2m or 1h.")
    elif length < 1 and not (zero and length == 0):
        yield Fault(path, f"{value} is too short for {path[-1]}.", "Use 1ms or more, or leave the field out.")
    elif length % 1:
        yield Fault(path, f"{value} is no whole number of milliseconds.", "Round it to milliseconds.")


def whole_seconds(value: Any, path: Path) -> Iterator[Fault]:
    """A duration of whole seconds, at least one."""
    length = milliseconds(value) if isinstance(value, str) else None
    if length is not None and length >= 1 and length % 1000:
        yield Fault(path, f"{value} is no whole number of seconds.", "Round it to seconds.")
    else:
        yield from duration(value, path)
