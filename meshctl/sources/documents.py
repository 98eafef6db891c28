"""A file's text cut into its YAML documents, so that a broken one does not take the others along."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from meshctl.model.paths import Path

_AFTER_MARK = b" \t\r\n"
_NO_CONTENT = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)|%[^\n]*\n)+\Z")


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a file. Lines and columns count from 1, columns in characters; the end column is exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that stands twice in one mapping: the path of the key, the later place, the line of the earlier one."""

    path: Path
    region: Region
    first_line: int


@dataclass(frozen=True, slots=True)
class Document:
    """One document as parsed. `start` and `end` are byte offsets, `line` is the line of `start`.

    `root` tells documents of one stretch of text apart; it is 0 but for odd line breaks. With an `error` (a sentence,
    line and column from 1) there is no value.
    """

    start: int
    end: int
    line: int
    value: Any = None
    repeated: tuple[Repeated, ...] = ()
    error: tuple[str, int, int] | None = None
    root: int = 0


def split(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start, end and first line of each stretch between document marks; a `---` belongs to what follows it."""
    start, line = 0, 1
    for mark, restart in _marks(data):
        if mark == restart and _only_directives(data[start:mark]):
            continue
        if mark > start:
            yield start, mark, line
        line += data.count(b"\n", start, restart)
        start = restart
    if start < len(data):
        yield start, len(data), line


def _marks(data: bytes) -> list[tuple[int, int]]:
    """Where a stretch ends and the next begins: the same place for `---`, after the mark for `...`."""
    marks = [(place, place) for place in _lines(data, b"---")]
    dots = [(place, place + 3) for place in _lines(data, b"...")]
    return sorted(marks + dots) if dots else marks


def _lines(data: bytes, mark: bytes) -> Iterator[int]:
    if data.startswith(mark) and data[3:4] in _AFTER_MARK:
        yield 0
    needle = b"\n" + mark
    place = data.find(needle)
    while place >= 0:
        if data[place + 4 : place + 5] in _AFTER_MARK:
            yield place + 1
        place = data.find(needle, place + 4)


def _only_directives(text: bytes) -> bool:
    """Whether the text is `%YAML` or `%TAG` lines, which belong to the document after them."""
    return (text.startswith(b"%") or b"\n%" in text) and _NO_CONTENT.match(text) is not None
