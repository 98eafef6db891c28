"""Text for a terminal: control characters shown instead of sent, measured in cells, wrapped, marked."""

import re
import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style

_CODES = {"red": "31", "yellow": "33", "blue": "34", "green": "32", "cyan": "36", "dim": "2", "bold": "1"}
SEVERITY_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}

_ESCAPED = re.compile(r"[^ -~]")


def safe(text: str, style: Style) -> str:
    """The text with all that could steer a terminal, or that it cannot show, written as an escape: `\\x1b`."""
    if text.isprintable() and (style.unicode or text.isascii()):
        return text
    return _ESCAPED.sub(lambda m: m[0] if style.unicode and m[0].isprintable() else _escape(m[0]), text)


def one_line(text: str, style: Style) -> str:
    """As `safe`, with line breaks and runs of blanks as one blank."""
    return safe(" ".join(text.split()), style)


def name_of(resource: ResourceId, style: Style) -> str:
    """`Service shop/reviews`, and the cluster where it has a name: `Service shop/reviews in prod-eu`."""
    return safe(f"{resource} in {resource.cluster}" if resource.cluster else str(resource), style)


def paint(text: str, colors: str, style: Style) -> str:
    """The text in colours (names separated by a blank); as it is where the style has none."""
    if not style.color or not text:
        return text
    return f"\x1b[{';'.join(_CODES[c] for c in colors.split())}m{text}\x1b[0m"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def wrap(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Lines of at most `width` cells, broken at blanks; a word that is longer stands alone.

    Each line begins with `indent`, the first one with `first`.
    """
    line = indent if first is None else first
    if cells(line) + cells(text) <= width:
        yield line + text
        return
    used, empty = cells(line), True
    margin = cells(indent)
    for word in text.split(" "):
        size = cells(word)
        if not empty and used + 1 + size > width:
            yield line
            line, used, empty = indent, margin, True
        if empty:
            line, used, empty = line + word, used + size, False
        else:
            line, used = f"{line} {word}", used + 1 + size
    yield line


class Marked(Struct, frozen=True):
    """A source line, cut to fit, and the line of `^` that goes under it."""

    source: str
    mark: str


def marked(place: Location, width: int, style: Style) -> Marked:
    """The first line of a region with the region marked, in at most `width` cells.

    Only the surroundings of the mark are looked at: a line of megabytes costs no more than a short one.
    """
    source = place.source
    start = min(place.start_column - 1, len(source))
    end = place.end_column - 1 if place.end_line == place.start_line else len(source)
    end = min(max(end, start + 1), len(source), start + width)
    low, high = max(0, start - width), min(len(source), end + width)
    before, inside, after = (_shown(source[i:j], style) for i, j in ((low, start), (start, end), (end, high)))
    if high == len(source):
        inside, after = (inside, after.rstrip()) if after.strip() else (inside.rstrip() or inside[:1], "")
    dots = "…" if style.unicode else "..."
    kept = _head(inside, width - 2 * len(dots))
    if kept != inside:
        after = ""
    room = width - max(1, cells(kept))
    more = high < len(source) or kept != inside
    left = _end_of(before, room - min(cells(after) + more * len(dots), room * 2 // 3), low > 0, dots)
    right = _start_of(after, room - cells(left), more, dots)
    return Marked(left + kept + right, " " * cells(left) + "^" * max(1, cells(kept)))


def _start_of(text: str, width: int, more: bool, dots: str) -> str:
    if not more and cells(text) <= width:
        return text
    return _head(text, width - len(dots)) + dots


def _end_of(text: str, width: int, more: bool, dots: str) -> str:
    if not more and cells(text) <= width:
        return text
    return dots + _head(text[::-1], width - len(dots))[::-1]


def _head(text: str, width: int) -> str:
    used = 0
    for i, char in enumerate(text):
        used += _cells_of(char)
        if used > width:
            return text[:i]
    return text


def _shown(text: str, style: Style) -> str:
    return safe(text.replace("\t", "    "), style)


def _cells_of(char: str) -> int:
    if " " <= char <= "~":
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _escape(char: str) -> str:
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
