"""A file's text cut into its YAML documents, so that a broken one does not take the others along."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from meshctl.model.paths import Path

_AFTER_MARK = b" \t\r\n"
_ONLY_DIRECTIVES = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*%[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\r?\n|%[^\n]*\n)*")


class Region(Struct, frozen=True):
    """A region of a file. Lines and columns count from 1, columns in characters; the end column is exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Repeated(Struct, frozen=True):
    """A key that stands twice in one mapping: the path of the key, the later place, the line of the earlier one."""

    path: Path
    region: Region
    first_line: int


class Document(NamedTuple):
    """One document as parsed. `start` and `end` are byte offsets, `line` is the line of `start`.

    `root` tells documents of one stretch of text apart; it is 0 but for odd line breaks. `path` leads from the root
    to the value. With an `error` (a sentence, line and column from 1) there is no value.
    """

    start: int
    end: int
    line: int
    value: Any = None
    repeated: tuple[Repeated, ...] = ()
    error: tuple[str, int, int] | None = None
    root: int = 0
    path: Path = ()


def split(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start, end and first line of each stretch between document marks; a `---` belongs to what follows it."""
    start, line = 0, 1
    directives = data.startswith(b"%") or b"\n%" in data
    dots = data.startswith(b"...") or b"\n..." in data
    marks = _lines(data, b"---")
    ends = set(_lines(data, b"...")) if dots else frozenset()
    for mark in sorted([*marks, *ends]) if dots else marks:
        # Directives (`%YAML`) belong to the document after them.
        if directives and mark not in ends and _ONLY_DIRECTIVES.fullmatch(data, start, mark):
            continue
        if mark > start:
            yield start, mark, line
        restart = mark + 3 if mark in ends else mark
        line += data.count(b"\n", start, restart)
        start = restart
    if start < len(data):
        yield start, len(data), line


def _lines(data: bytes, mark: bytes) -> list[int]:
    """Offsets of the lines that are nothing but the mark, or go on after a blank."""
    found = [0] if data.startswith(mark) and data[3:4] in _AFTER_MARK else []
    pieces = data.split(b"\n" + mark)
    place = len(pieces[0]) + 1
    for piece in pieces[1:]:
        if piece[:1] in _AFTER_MARK:
            found.append(place)
        place += len(piece) + 4
    return found
