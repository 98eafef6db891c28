"""A traced request for people: its steps with the fields that decide, and what becomes of it."""

from collections.abc import Iterator, Mapping, Sequence

from meshctl.reports.cells import identity
from meshctl.reports.formats import Style
from meshctl.reports.table import Column, Row, Table
from meshctl.reports.text import one_line, paint, wrap

_SIGNS = {"passes": ("✓", "+"), "fails": ("✗", "x"), "depends": ("?", "?"), "note": ("·", "-")}
_COLORS = {"passes": "green", "fails": "bold red", "depends": "bold yellow", "note": "dim"}
# What a stage is called where there is room for a word.
_STAGES = {"tls": "TLS"}
_WIDTH = max(map(len, ("endpoints", "delegate", "waypoint")))


def render(tables: Mapping[str, Sequence[Row]], style: Style) -> str:
    """The request, its numbered steps under the part of the requests that they are for, the result."""
    lines = [line for row in tables["traceRequest"] for line in _request(row, style)]
    part = ""
    steps = tables["trace"]
    digits = len(str(len(steps)))
    for row in steps:
        if row["part"] != part:
            part = str(row["part"])
            heading = f"{_percent(row['share'])} of the requests{f': {part}' if part else ''}"
            lines += ["", *(paint(line, "bold", style) for line in wrap(one_line(heading, style), style.width))]
        lines += _step(row, digits, style)
    lines += ["", *_results(tables["traceOutcomes"], style)]
    return "".join(f"{line}\n" for line in lines)


def _request(row: Row, style: Style) -> Iterator[str]:
    text = one_line(f"{row['url']} from {row['from']}", style)
    yield from (paint(line, "bold", style) for line in wrap(text, style.width))
    headers = ", ".join(f"{name}: {value}" for name, value in row["headers"].items())
    if headers:
        yield from wrap(one_line(f"with {headers}", style), style.width, "     ", first="")


def _step(row: Row, digits: int, style: Style) -> Iterator[str]:
    sign = _SIGNS[row["verdict"]][0 if style.unicode else 1]
    stage = _STAGES.get(row["stage"], str(row["stage"]))
    indent = " " * (digits + _WIDTH + 4)
    body = list(wrap(one_line(row["text"], style), style.width, indent))
    color = _COLORS[row["verdict"]]
    head = f"{row['step']:>{digits}} {paint(sign, color, style)} {stage:<{_WIDTH}} "
    yield head + body[0][len(indent) :]
    yield from body[1:]
    if where := _where(row):
        yield f"{indent}{paint(one_line(where, style), 'cyan', style)}"


def _where(row: Row) -> str:
    """The line of the file; of a live object the field."""
    place = row["location"]
    if place:
        return f"{place['file']}:{place['startLine']}"
    if not row["resource"]:
        return ""
    return f"{identity(row['resource'])} {row['path']}".strip()


def _results(rows: Sequence[Row], style: Style) -> Iterator[str]:
    for text, end, share in _together(rows):
        shown = text if share > 0.9995 else f"{_percent(share)} {text}"
        sign = _SIGNS[_AS_STEP[end]][0 if style.unicode else 1]
        first, *rest = wrap(one_line(shown, style), style.width - 2)
        yield f"{paint(sign, _COLORS[_AS_STEP[end]], style)} {paint(first, 'bold', style)}"
        yield from (f"  {paint(line, 'bold', style)}" for line in rest)


_AS_STEP = {"served": "passes", "answered": "passes", "fails": "fails", "depends": "depends"}


def _together(rows: Sequence[Row]) -> list[tuple[str, str, float]]:
    """The results, those in the same words as one, with their shares."""
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        key = result(row), str(row["end"])
        found[key] = found.get(key, 0.0) + row["share"]
    return [(text, end, share) for (text, end), share in found.items()]


def result(row: Row) -> str:
    """What becomes of a part of the requests, in a few words."""
    flag = f" ({row['flag']})" if row["flag"] else ""
    if row["end"] == "served":
        return f"served by {row['text']}"
    if row["end"] == "answered":
        return f"answered with {row['status']} on the way"
    if row["end"] == "fails":
        how = f"with {row['status']}" if row["status"] else "without an answer"
        return f"fails {how}{flag}"
    return "not known: it depends on what is marked with ?"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _share(row: Row) -> str:
    return "" if row["share"] > 0.9995 else _percent(row["share"])


TABLES: Mapping[str, Table] = {
    "traceRequest": Table(
        "The request",
        (
            Column("FROM", lambda row: str(row["from"])),
            Column("REQUEST", lambda row: str(row["url"])),
            Column("HEADERS", lambda row: ", ".join(f"{k}: {v}" for k, v in row["headers"].items())),
        ),
    ),
    "trace": Table(
        "Its way",
        (
            Column("", lambda row: str(row["step"]), number=True),
            Column("STAGE", lambda row: _STAGES.get(row["stage"], str(row["stage"])), whole=True),
            Column("", lambda row: str(row["verdict"]), whole=True),
            Column("OF", _share, number=True),
            Column("PART", lambda row: str(row["part"])),
            Column("WHAT", lambda row: str(row["text"])),
            Column("WHERE", _where),
        ),
    ),
    "traceOutcomes": Table(
        "The result",
        (
            Column("OF", _share, number=True),
            Column("PART", lambda row: str(row["part"])),
            Column("RESULT", result),
            Column("WHY", lambda row: "" if row["end"] == "served" else str(row["text"])),
            Column("WHERE", _where),
            Column("FIX", lambda row: str(row["fix"])),
        ),
    ),
}
