"""Where a value does not have the shape that it should have."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from meshctl.graph.structure.shape import Shape
from meshctl.model.paths import Path


class Flaw(Enum):
    """What does not fit."""

    UNKNOWN_FIELD = "unknown field"
    WRONG_TYPE = "wrong type"
    UNKNOWN_VALUE = "unknown value"
    MISSING_FIELD = "missing field"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that does not fit. `shape` is what belongs there; for a field unknown or missing, that of its parent.

    `path` may end in a field that is missing.
    """

    flaw: Flaw
    path: Path
    value: Any
    shape: Shape


def misfits(value: Any, shape: Shape) -> list[Misfit]:
    """What does not fit in a value, in document order. Nothing is said about what is inside of something unfit.

    A null field is none: the API server removes it.
    """
    found: list[Misfit] = []
    _look(value, shape, (), found.append)
    return found


def _look(value: Any, shape: Shape, path: Path, report: Callable[[Misfit], None]) -> None:
    of = type(value)
    if of not in shape.types:
        if not (of is float and int in shape.types and value.is_integer()):
            report(Misfit(Flaw.WRONG_TYPE, path, value, shape))
    elif of is dict:
        fields, rest = shape.fields, shape.rest
        for key, item in value.items():
            field = fields.get(key, rest)
            if field is None:
                report(Misfit(Flaw.UNKNOWN_FIELD, (*path, key), item, shape))
            elif type(item) not in field.settled and item is not None:
                _look(item, field, (*path, key), report)
        for key in shape.required:
            if value.get(key) is None and not (key in value and type(None) in fields[key].types):
                report(Misfit(Flaw.MISSING_FIELD, (*path, key), None, shape))
    elif of is list:
        if shape.items is not None:
            settled = shape.items.settled
            for i, item in enumerate(value):
                if type(item) not in settled:
                    _look(item, shape.items, (*path, i), report)
    elif shape.values and value not in shape.values:
        report(Misfit(Flaw.UNKNOWN_VALUE, path, value, shape))
