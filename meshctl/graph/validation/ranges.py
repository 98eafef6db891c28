"""Ports, percentages and counts."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import integer
from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

MAX_PORT = 65535


def port(value: Any, path: Path) -> Iterator[Fault]:
    """A port number, 1 to 65535."""
    number = integer(value)
    if number is not None and not 0 < number <= MAX_PORT:
        yield Fault(path, f"{number} is no port number.", f"Use a number from 1 to {MAX_PORT}.")


def needed_port(value: Any, path: Path) -> Iterator[Fault]:
    """A port number that has to be there."""
    if value is None:
        yield Fault(path, "The port has no number.", f"Add a number from 1 to {MAX_PORT}.")
    else:
        yield from port(value, path)


def at_least(value: Any, path: Path, least: int = 0) -> Iterator[Fault]:
    """A number that is not smaller than `least`."""
    if isinstance(value, int | float) and value < least:
        yield Fault(path, f"{value} is too small for {path[-1]}.", f"Use a number from {least} on.")


def between(value: Any, path: Path, least: float, most: float) -> Iterator[Fault]:
    """A number within bounds."""
    if isinstance(value, int | float) and not isinstance(value, bool) and not least <= value <= most:
        yield Fault(path, f"{value} is out of range for {path[-1]}.", f"Use a number from {least:g} to {most:g}.")


def percent(value: Any, path: Path) -> Iterator[Fault]:
    """A percentage, 0 to 100."""
    return between(value, path, 0, 100)
