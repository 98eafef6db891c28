"""Rows under headings, in columns that fit a width: the widest texts are wrapped."""

from collections.abc import Iterator, Sequence

from meshctl.reports.formats import Style
from meshctl.reports.text import cells, paint, wrap

GAP = "  "
NARROWEST = 12


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]], style: Style, numbers: Sequence[str] = ()) -> str:
    """Lines of text. Columns named in `numbers` are flush right; nothing is cut, a long word may overhang."""
    widths = _fit([max(map(cells, texts)) for texts in zip(headings, *rows, strict=True)], style.width)
    right = [heading in numbers for heading in headings]
    lines = [paint(line, "bold", style) for line in _row(headings, widths, right)]
    for row in rows:
        lines += _row(row, widths, right)
    return "".join(f"{line}\n" for line in lines)


def _fit(natural: Sequence[int], width: int) -> list[int]:
    """Take from the widest column until the row fits, but leave each a width that can be read."""
    widths = list(natural)
    while (excess := sum(widths) + len(GAP) * (len(widths) - 1) - width) > 0:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        second = max((w for i, w in enumerate(widths) if i != widest), default=0)
        widths[widest] = max(widths[widest] - excess, min(second, widths[widest] - 1), NARROWEST)
    return widths


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    parts = [list(wrap(text, width)) for text, width in zip(texts, widths, strict=True)]
    for i in range(max(map(len, parts))):
        line = ""
        for part, width, flush_right in zip(parts, widths, right, strict=True):
            text = part[i] if i < len(part) else ""
            blank = " " * (width - cells(text))
            line += (blank + text if flush_right else text + blank) + GAP
        yield line.rstrip()
