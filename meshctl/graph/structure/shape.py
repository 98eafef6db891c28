"""What a value may be: its types, fields, items and values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from meshctl.model.paths import Path


@dataclass(frozen=True, slots=True)
class Shape:
    """What fits at one place. `types` are Python's, as parsers make them.

    A mapping has `fields`; a key that is none of them takes `rest`, and without it is unknown. `items` are those of a
    list, `values` the only ones that fit, if there are any. Each of the `required` fields has to be there.
    """

    types: frozenset[type]
    fields: Mapping[str, "Shape"] = field(default_factory=dict)
    rest: "Shape | None" = None
    items: "Shape | None" = None
    values: tuple[str | int | float | bool, ...] = ()
    required: tuple[str, ...] = ()
    settled: frozenset[type] = field(init=False)
    """The types of which every value fits: nobody has to look into it."""

    def __post_init__(self) -> None:
        inner = {dict, list} if self.types != _ALL else set[type]()
        object.__setattr__(self, "settled", frozenset() if self.values else self.types - inner)

    def steps(self, path: Path) -> Iterator["Shape"]:
        """The shapes along a path, this one first, as far as they are known."""
        at: Shape | None = self
        for part in path:
            if at is None:
                return
            yield at
            at = at.items if isinstance(part, int) else at.fields.get(part, at.rest)
        if at is not None:
            yield at

    @property
    def words(self) -> str:
        """What fits, as `a list` or `a string or a whole number`."""
        types = self.types - {int} if float in self.types else self.types
        return " or ".join(words for of, words in _WORDS.items() if of in types)


def words_for(value: Any) -> str:
    """What a value is, as `a list`."""
    return _WORDS.get(type(value), "null")


_WORDS: Mapping[type, str] = {
    str: "a string",
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    list: "a list",
    dict: "a mapping",
}
_ALL = frozenset({*_WORDS, NoneType})

SCALARS: Mapping[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
}
MAPPING, LIST, NULL = frozenset({dict}), frozenset({list}), frozenset({NoneType})
ANY = Shape(_ALL)
