"""Comments in YAML that speak to meshctl (`# meshctl: ...`), each with the lines that it can be about."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from msgspec import Struct, structs
from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import ScalarEvent

from meshctl.model.location import Location
from meshctl.sources.documents import split
from meshctl.sources.positions import SourceText

_REMARK = re.compile(r"#[ \t]*meshctl:[ \t]*(?P<text>[^\r\n]*)")
_MARK = b"meshctl:"


class Remark(Struct, frozen=True):
    """A comment that begins with `meshctl:`; `text` is what follows.

    `line` is the line that it is about: its own, or the next one with content where it stands alone. `document` are the
    first and last line of its document; it `heads` the document if it stands before all content of it.
    """

    text: str
    place: Location
    line: int
    document: tuple[int, int]
    heads: bool


def remarks(source: SourceText) -> tuple[Remark, ...]:
    """The remarks of a file in their order; none of a text that is not UTF-8, nor of a document with an error.

    What looks like a comment inside of a value is none.
    """
    if _MARK not in source.data:
        return ()
    try:
        lines = source.data.decode().split("\n")
    except UnicodeDecodeError:
        return ()
    found: list[Remark] = []
    waiting: list[Remark] = []
    for start, end, line in split(source.data):
        text = source.data[start:end].decode()
        spans = _scalars(text)
        if spans is None:
            continue
        here = list(_in_stretch(source.name, text, line, lines, spans))
        if not spans:
            # Comments alone, above a `---`: they head the document after it.
            waiting += here
            continue
        last = line + text.rstrip().count("\n")
        found += [structs.replace(remark, document=(line, last), heads=True) for remark in waiting]
        found += [structs.replace(remark, document=(line, last)) for remark in here]
        waiting = []
    return tuple(found + waiting)


def _in_stretch(name: str, text: str, first: int, lines: list[str], spans: list[tuple[int, int]]) -> Iterator[Remark]:
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    begins = [start for start, _ in spans]
    for match in _REMARK.finditer(text):
        at = match.start()
        if at and text[at - 1] not in " \t\r\n":
            continue
        before = bisect_right(begins, at) - 1
        if before >= 0 and at < spans[before][1]:
            continue
        row = bisect_right(starts, at) - 1
        number, column = first + row, at - starts[row] + 1
        alone = not text[starts[row] : at].strip().removeprefix("---")
        place = Location(name, number, column, number, column + len(match[0].rstrip()), lines[number - 1].rstrip("\r"))
        line = _next_content(lines, number) if alone else number
        yield Remark(match["text"].strip(), place, line, (number, number), before < 0)


def _next_content(lines: list[str], number: int) -> int:
    """The first line below one that is neither empty nor a comment; the line itself where there is none."""
    for following in range(number, len(lines)):
        text = lines[following].strip()
        if text and not text.startswith("#") and text != "---":
            return following + 1
    return number


def _scalars(text: str) -> list[tuple[int, int]] | None:
    """Where values and keys stand, as character offsets in order; None if the text cannot be parsed.

    A comment may follow the mark of a block text (`|`), so that the mark is no part of it.
    """
    parser = CParser(text)
    spans: list[tuple[int, int]] = []
    try:
        while parser.check_event():
            is_scalar = parser.check_event(ScalarEvent)
            event: Any = parser.get_event()
            if is_scalar:
                start, end = event.start_mark.index, event.end_mark.index
                if event.style in ("|", ">"):
                    header = text.find("\n", start)
                    start = header if 0 <= header < end else end
                spans.append((start, end))
    except YAMLError:
        return None
    return spans
