"""A command's own rows as tables for people; what is raw in the JSON is formatted here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from meshctl.reports import trace
from meshctl.reports.cells import count, cpu, identity, memory, of_resource
from meshctl.reports.columns import columns
from meshctl.reports.drift import TABLES as DRIFT_TABLES
from meshctl.reports.fleet import TABLES as FLEET_TABLES
from meshctl.reports.formats import Style
from meshctl.reports.latency import TABLES as LATENCY_TABLES
from meshctl.reports.overhead import TABLES as OVERHEAD_TABLES
from meshctl.reports.proxies import TABLES as PROXY_TABLES
from meshctl.reports.table import Column, Row, Table
from meshctl.reports.text import cells, one_line, paint, wrap
from meshctl.reports.trace import TABLES as TRACE_TABLES

_ENDLESS = 10_000


def render(tables: Mapping[str, Sequence[Row]], style: Style) -> str:
    """Each table that has rows, under its title; a blank line between. A key without a table shows its plain values.

    A trace is no table for people: it has steps.
    """
    if "trace" in tables:
        return trace.render(tables, style)
    return "\n".join(_table(table, rows, style) for _, table, rows in _shown(tables))


def _shown(tables: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Table, list[Row]]]:
    for key, every in tables.items():
        table = TABLES.get(key) or _plain(key, every)
        if rows := [row for row in every if table.only(row)]:
            yield key, table, rows


class Texts(Struct, frozen=True):
    """A table as texts, for other formats: the headings, which of them are over numbers, and the rows."""

    title: str
    headings: Sequence[str]
    numbers: Sequence[bool]
    rows: Sequence[Sequence[str]]


def texts(tables: Mapping[str, Sequence[Row]]) -> Iterator[Texts]:
    """Each table that has rows; columns in which no row says anything are left out. The key stands in for a title."""
    for key, table, rows in _shown(tables):
        columns = [*table.columns, *((table.prose,) if table.prose else ())]
        said = [(column, [column.text(row) for row in rows]) for column in columns]
        kept = [(c, cells) for c, cells in said if any(cells) and not (c.varies and len(set(cells)) == 1)]
        title = table.title or key
        yield Texts(
            f"{title[:1].upper()}{title[1:]}",
            [c.heading for c, _ in kept],
            [c.number for c, _ in kept],
            list(zip(*(cells for _, cells in kept), strict=True)),
        )


def _table(table: Table, rows: Sequence[Row], style: Style) -> str:
    # A column in which no row says anything (no second cluster, no revision) only takes room.
    said = [(column, {column.text(row) for row in rows} - {""}) for column in table.columns]
    kept = [column for column, texts in said if len(texts) > (1 if column.varies else 0)]
    if any(column.picture for column in kept) and not _has_room(kept, rows, style):
        kept = [column for column in kept if not column.picture]
    text = f"{paint(table.title, 'bold', style)}\n" if table.title else ""
    foot = "".join(f"{line}\n" for line in wrap(table.foot(rows), style.width)) if table.foot else ""
    return text + _body(table, kept, rows, style) + foot


def _body(table: Table, kept: Sequence[Column], rows: Sequence[Row], style: Style) -> str:
    if table.prose is None:
        return _lines(kept, rows, style)
    inline = _lines([*kept, table.prose], rows, style)
    if inline.count("\n") == len(rows) + 1:
        return inline
    heading, *lines = _lines(kept, rows, structs.replace(style, width=_ENDLESS)).split("\n")
    below = [_cell(table.prose.text(row), style).split("\n") for row in rows]
    text = f"{heading}\n"
    for line, paragraphs in zip(lines, below, strict=False):
        wrapped = [part for paragraph in paragraphs if paragraph for part in wrap(paragraph, style.width, "    ")]
        text += "".join(f"{part}\n" for part in (line, *wrapped))
    return text


def _has_room(shown: Sequence[Column], rows: Sequence[Row], style: Style) -> bool:
    plain = structs.replace(style, color=False)
    return style.unicode and all(cells(line) <= style.width for line in _lines(shown, rows, plain).split("\n"))


def _lines(shown: Sequence[Column], rows: Sequence[Row], style: Style) -> str:
    return columns(
        [column.heading for column in shown],
        [[_cell(column.text(row), style) for column in shown] for row in rows],
        style,
        numbers=[column.heading for column in shown if column.number],
        whole=[column.heading for column in shown if column.whole],
    )


def _cell(text: str, style: Style) -> str:
    return "\n".join(one_line(line, style) for line in text.split("\n"))


def _plain(key: str, rows: Sequence[Row]) -> Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return Table(key, [Column(name.upper(), _value(name)) for name in names])


def _value(name: str) -> Callable[[Row], str]:
    return lambda row: _text(row.get(name))


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return identity(value) if {"kind", "name"} <= value.keys() else " ".join(f"{k}={v}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value)


def _webhooks(row: Row) -> str:
    """The webhook configurations; which of their webhooks is in the JSON."""
    return ", ".join(dict.fromkeys(name.partition("/")[0] for name in row.get("webhooks") or ()))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _membership(row: Row) -> str:
    """`in`, `out`, or how many of the workloads are in."""
    return f"{row['inMesh']:,} of {row['workloads']:,}" if row["state"] == "partly" else str(row["state"])


def _proxy(row: Row) -> str:
    """What a workload has, and what it should have where that differs or is all that is known."""
    expected, actual = row["expected"], row.get("actual")
    if actual is None:
        return "will have" if expected else "none"
    if actual == expected:
        return "has one" if actual else "none"
    return "MISSING" if expected else "NOT EXPECTED"


TABLES: Mapping[str, Table] = {
    "workloads": Table(
        "",
        (
            Column("WORKLOAD", of_resource, whole=True),
            Column("PROXY", _proxy, whole=True),
            Column("MESH", lambda row: row.get("mesh") or "Istio", varies=True),
            Column("DECIDED BY", _webhooks),
            Column("REVISION", lambda row: row.get("revision") or ""),
        ),
        prose=Column("REASON", lambda row: "\n".join(filter(None, (row.get("reason"), row.get("fix"))))),
    ),
    "ifLabeled": Table(
        "With an injection label these namespaces would get",
        (
            Column("NAMESPACE", _value("namespace")),
            count("WORKLOADS", "workloads"),
            count("PROXIES", "pods"),
            cpu(),
            memory(),
        ),
    ),
    "rollout": Table(
        "In this order",
        (
            count("", "order"),
            Column("WORKLOAD", of_resource, whole=True),
            count("PROXIES", "pods"),
            cpu(),
            memory(),
        ),
        prose=Column("WHY", lambda row: "\n".join(filter(None, (_sentence(row["why"]), row.get("step"))))),
    ),
    **OVERHEAD_TABLES,
    "namespaces": Table(
        "Namespaces: those to bring into the mesh first, and what that would take",
        (
            Column("", lambda row: "" if row["order"] is None else str(row["order"]), number=True),
            Column("CLUSTER", lambda row: str(row["cluster"]), varies=True),
            Column("NAMESPACE", _value("namespace"), whole=True),
            Column("STATE", _membership, whole=True),
            count("PROXIES", "pods"),
            cpu(),
            memory(),
        ),
        prose=Column("WHY", lambda row: _sentence(row["why"].removesuffix(".")) if row["why"] else ""),
    ),
    **LATENCY_TABLES,
    **PROXY_TABLES,
    **DRIFT_TABLES,
    **TRACE_TABLES,
    **FLEET_TABLES,
}
