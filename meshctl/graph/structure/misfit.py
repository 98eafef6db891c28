"""Where a value does not have the shape that it should have."""

from collections.abc import Mapping, Sequence
from enum import Enum
from types import NoneType
from typing import Any

from msgspec import Struct

from meshctl.graph.structure.shape import Shape
from meshctl.model.paths import Path


class Flaw(Enum):
    """What does not fit."""

    UNKNOWN_FIELD = "unknown field"
    WRONG_TYPE = "wrong type"
    UNKNOWN_VALUE = "unknown value"
    MISSING_FIELD = "missing field"


class Misfit(Struct, frozen=True):
    """A value that does not fit. `shape` is what belongs there; for a field unknown or missing, that of its parent.

    `path` may end in a field that is missing.
    """

    flaw: Flaw
    path: Path
    value: Any
    shape: Shape

    def under(self, part: str | int) -> "Misfit":
        """The same one, seen from the mapping or list around it."""
        return Misfit(self.flaw, (part, *self.path), self.value, self.shape)


def misfits(value: Any, shape: Shape) -> Sequence[Misfit]:
    """What does not fit in a value, in document order. Nothing is said about what is inside of something unfit.

    A null field is none: the API server removes it.
    """
    # Nearly everything fits: paths are made on the way back from a misfit, not on the way to each value.
    of = type(value)
    if of is dict and dict in shape.types:
        return _in_mapping(value, shape)
    if of is list and list in shape.types:
        return _in_list(value, shape.items) if shape.items else ()
    if of not in shape.types:
        return () if _is_whole(value) and int in shape.types else (Misfit(Flaw.WRONG_TYPE, (), value, shape),)
    return (Misfit(Flaw.UNKNOWN_VALUE, (), value, shape),) if shape.values and value not in shape.values else ()


def _in_mapping(value: Mapping[str, Any], shape: Shape) -> Sequence[Misfit]:
    found: list[Misfit] = []
    fields, rest = shape.fields, shape.rest
    for key, item in value.items():
        field = fields.get(key, rest)
        if field is None:
            found.append(Misfit(Flaw.UNKNOWN_FIELD, (key,), item, shape))
        elif type(item) not in field.settled and item is not None and (inner := misfits(item, field)):
            found += [misfit.under(key) for misfit in inner]
    for key in shape.required:
        if value.get(key) is None and not (key in value and NoneType in fields[key].types):
            found.append(Misfit(Flaw.MISSING_FIELD, (key,), None, shape))
    return found


def _in_list(value: Sequence[Any], shape: Shape) -> Sequence[Misfit]:
    found: list[Misfit] = []
    for i, item in enumerate(value):
        if type(item) not in shape.settled and (inner := misfits(item, shape)):
            found += [misfit.under(i) for misfit in inner]
    return found


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()
