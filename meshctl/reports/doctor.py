"""What `doctor` found, for people: cluster by cluster, what is well and what is not, with the way out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from meshctl.model.result import Result
from meshctl.reports.formats import Style
from meshctl.reports.text import one_line, paint, wrap

Row = Mapping[str, Any]

_MARKS = {"ok": ("✔", "ok", "green"), "note": ("!", "!", "yellow"), "problem": ("✘", "x", "bold red")}
_INDENT, _DEEPER = "    ", "         "


def render(result: Result, style: Style) -> str:
    """A block for each cluster, and a verdict."""
    rows = result.tables["doctor"]
    contexts = dict.fromkeys(row["context"] for row in rows)
    blocks = [_cluster(context, [row for row in rows if row["context"] == context], style) for context in contexts]
    blocks.append([_verdict(rows, style)])
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _cluster(context: str, rows: Sequence[Row], style: Style) -> list[str]:
    return [paint(one_line(context, style), "bold", style), *(line for row in rows for line in _row(row, style))]


def _row(row: Row, style: Style) -> Iterator[str]:
    mark, plain, color = _MARKS[row["status"]]
    sign = mark if style.unicode else plain
    message, *rest = wrap(one_line(row["message"], style), style.width, _INDENT)
    yield f"{paint(sign, color, style)}{message[len(sign) :]}"
    yield from rest
    if row["fix"]:
        fix, *rest = wrap(one_line(row["fix"], style), style.width, _DEEPER)
        yield f"{_INDENT}{paint('fix', 'green', style)}: {fix[len(_DEEPER) :]}"
        yield from rest
    for rule in row["rules"]:
        yield from _rule(rule, style)


def _rule(rule: Row, style: Style) -> Iterator[str]:
    yield f'{_DEEPER}- apiGroups: ["{rule["apiGroups"][0]}"]'
    resources = ", ".join(rule["resources"])
    yield from wrap(f"resources: [{resources}]", style.width, f"{_DEEPER}    ", first=f"{_DEEPER}  ")
    yield f"{_DEEPER}  verbs: [{', '.join(rule['verbs'])}]"


def _verdict(rows: Sequence[Row], style: Style) -> str:
    bad = {row["context"] for row in rows if row["status"] == "problem"}
    every = {row["context"] for row in rows}
    if not bad:
        what = "The cluster" if len(every) == 1 else f"All {len(every)} clusters"
        return paint(f"{what} can be read.", "bold green", style)
    if len(every) == 1:
        return paint("The cluster cannot be read, or not whole.", "bold", style)
    return paint(f"{len(bad)} of {len(every)} clusters cannot be read, or not whole.", "bold", style)
