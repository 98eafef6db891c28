"""What a table is: columns that read their text from rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

Row = Mapping[str, Any]


class Column(Struct, frozen=True):
    """A heading and how its text is read from a row, several lines where it has line breaks.

    Numbers are flush right; a `whole` column is broken only where nothing else can give way. A `picture` is shown only
    where there is room for it and the terminal has its characters, one that `varies` only where rows differ in it.
    """

    heading: str
    text: Callable[[Row], str]
    number: bool = False
    whole: bool = False
    picture: bool = False
    varies: bool = False


class Table(Struct, frozen=True):
    """How rows under one key are shown. `prose` stands in a column where that fits, otherwise below its row.

    `only` chooses the rows that people see; the others are for programs. `foot` says below what was assumed.
    """

    title: str
    columns: Sequence[Column]
    prose: Column | None = None
    only: Callable[[Row], bool] = lambda row: True
    foot: Callable[[Sequence[Row]], str] | None = None
