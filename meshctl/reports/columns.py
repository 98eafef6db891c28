"""Rows under headings, in columns that fit a width: long texts are wrapped."""

from collections.abc import Iterator, Sequence

from meshctl.reports.formats import Style
from meshctl.reports.text import cells, paint, wrap

GAP = "  "


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]], style: Style, numbers: Sequence[str] = ()) -> str:
    """Lines of text; columns named in `numbers` are flush right. No word is cut: a line with long ones is longer."""
    widths = _fit(list(zip(headings, *rows, strict=True)), style.width)
    right = [heading in numbers for heading in headings]
    lines = [paint(line, "bold", style) for line in _row(headings, widths, right)]
    for row in rows:
        lines += _row(row, widths, right)
    return "".join(f"{line}\n" for line in lines)


def _fit(texts: Sequence[Sequence[str]], width: int) -> list[int]:
    """The widest column gives way first, none below its longest word."""
    widths = [max(map(cells, column)) for column in texts]
    least = [max(cells(word) for text in column for word in text.split(" ")) for column in texts]
    while (excess := sum(widths) + len(GAP) * (len(widths) - 1) - width) > 0:
        giving = [i for i in range(len(widths)) if widths[i] > least[i]]
        if not giving:
            break
        widest = max(giving, key=widths.__getitem__)
        second = max((widths[i] for i in giving if widths[i] < widths[widest]), default=0)
        widths[widest] = max(widths[widest] - excess, min(second, widths[widest] - 1), least[widest])
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
