"""Rows under headings, in columns that fit a width: long texts are wrapped."""

from collections.abc import Iterator, Sequence

from meshctl.reports.formats import Style
from meshctl.reports.text import cells, paint, wrap

GAP = "  "


def columns(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: Style,
    *,
    numbers: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> str:
    """Lines of text. No word is cut: a line with long ones is longer.

    Columns named in `numbers` are flush right; those in `whole` are broken last, at blanks. A line break in a text is
    kept.
    """
    widths = _fit(list(zip(headings, *rows, strict=True)), style.width, whole)
    right = [heading in numbers for heading in headings]
    lines = [paint(line, "bold", style) for line in _row(headings, widths, right)]
    for row in rows:
        lines += _row(row, widths, right)
    return "".join(f"{line}\n" for line in lines)


def _fit(texts: Sequence[Sequence[str]], width: int, whole: Sequence[str]) -> list[int]:
    """The widest column gives way first, none below its longest word."""
    widths = [max(cells(line) for text in column for line in text.split("\n")) for column in texts]
    words = [max((cells(word) for text in column for word in text.split()), default=0) for column in texts]
    kept = [most if column[0] in whole else word for column, most, word in zip(texts, widths, words, strict=True)]
    for least in (kept, words):
        while (excess := sum(widths) + len(GAP) * (len(widths) - 1) - width) > 0:
            giving = [i for i in range(len(widths)) if widths[i] > least[i]]
            if not giving:
                break
            widest = max(giving, key=widths.__getitem__)
            second = max((widths[i] for i in giving if widths[i] < widths[widest]), default=0)
            widths[widest] = max(widths[widest] - excess, min(second, widths[widest] - 1), least[widest])
    return widths


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    parts = [
        [line for paragraph in text.split("\n") for line in wrap(paragraph, width)]
        for text, width in zip(texts, widths, strict=True)
    ]
    for i in range(max(map(len, parts))):
        line = ""
        for part, width, flush_right in zip(parts, widths, right, strict=True):
            text = part[i] if i < len(part) else ""
            blank = " " * (width - cells(text))
            line += (blank + text if flush_right else text + blank) + GAP
        yield line.rstrip()
