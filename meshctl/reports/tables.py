"""A command's own rows as tables for people; what is raw in the JSON is formatted here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from meshctl.model.amounts import cpu_text, memory_text
from meshctl.reports.columns import columns
from meshctl.reports.formats import Style
from meshctl.reports.drift import TABLES as DRIFT_TABLES
from meshctl.reports.latency import TABLES as LATENCY_TABLES
from meshctl.reports.proxies import TABLES as PROXY_TABLES
from meshctl.reports.table import Column, Row, Table
from meshctl.reports.text import cells, one_line, paint, wrap

FEW = 3
_ENDLESS = 10_000


def render(tables: Mapping[str, Sequence[Row]], style: Style) -> str:
    """Each table that has rows, under its title; a blank line between. A key without a table shows its plain values."""
    shown = [(TABLES.get(key) or _plain(key, rows), rows) for key, rows in tables.items()]
    kept = [(table, [row for row in rows if table.only(row)]) for table, rows in shown]
    return "\n".join(_table(table, rows, style) for table, rows in kept if rows)


def _table(table: Table, rows: Sequence[Row], style: Style) -> str:
    # A column in which no row says anything (no second cluster, no revision) only takes room.
    said = [(column, {column.text(row) for row in rows}) for column in table.columns]
    kept = [column for column, texts in said if any(texts) and not (column.varies and len(texts) == 1)]
    if any(column.picture for column in kept) and not _has_room(kept, rows, style):
        kept = [column for column in kept if not column.picture]
    text = f"{paint(table.title, 'bold', style)}\n" if table.title else ""
    if table.prose is None:
        return text + _lines(kept, rows, style)
    inline = _lines([*kept, table.prose], rows, style)
    if inline.count("\n") == len(rows) + 1:
        return text + inline
    heading, *lines = _lines(kept, rows, replace(style, width=_ENDLESS)).split("\n")
    below = [_cell(table.prose.text(row), style).split("\n") for row in rows]
    text += f"{heading}\n"
    for line, paragraphs in zip(lines, below, strict=False):
        wrapped = [part for paragraph in paragraphs if paragraph for part in wrap(paragraph, style.width, "    ")]
        text += "".join(f"{part}\n" for part in (line, *wrapped))
    return text


def _has_room(shown: Sequence[Column], rows: Sequence[Row], style: Style) -> bool:
    plain = replace(style, color=False)
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
        return _identity(value) if {"kind", "name"} <= value.keys() else " ".join(f"{k}={v}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value)


def _identity(resource: Row) -> str:
    """`Deployment shop/web`, as findings name a resource; with its cluster where there is one."""
    namespace, cluster = resource.get("namespace"), resource.get("cluster")
    name = f"{namespace}/{resource['name']}" if namespace else resource["name"]
    return f"{resource['kind']} {name}" + (f" in {cluster}" if cluster else "")


def _resource(row: Row) -> str:
    return _identity(row["resource"])


def _cpu(name: str = "cpuRequest", heading: str = "CPU") -> Column:
    return Column(heading, lambda row: _amount(cpu_text, row.get(name)), number=True)


def _memory(name: str = "memoryRequest", heading: str = "MEMORY") -> Column:
    return Column(heading, lambda row: _amount(memory_text, row.get(name)), number=True)


def _request_and_limit(what: str, unit: Callable[[int], str]) -> Column:
    """`200m/4`; a dash for what is not bounded."""
    names = (f"{what}Request", f"{what}Limit")
    return Column(what.upper(), lambda row: "/".join(_amount(unit, row.get(name)) for name in names), number=True)


def _amount(unit: Callable[[int], str], value: int | None) -> str:
    return "-" if value is None else unit(value)


def _count(heading: str, name: str) -> Column:
    return Column(heading, lambda row: "-" if row.get(name) is None else f"{row[name]:,}", number=True)


def _some(heading: str, name: str) -> Column:
    """A count that is shown only where it is not zero."""
    return Column(heading, lambda row: f"{row[name]:,}" if row.get(name) else "", number=True)


def _share(row: Row) -> str:
    shares = [row["share"].get(name) for name in ("cpu", "memory")]
    return "/".join("-" if share is None else f"{share:.0%}" for share in shares)


def _webhooks(row: Row) -> str:
    """The webhook configurations; which of their webhooks is in the JSON."""
    return ", ".join(dict.fromkeys(name.partition("/")[0] for name in row.get("webhooks") or ()))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _because(row: Row) -> str:
    reasons = row.get("because") or ()
    more = [f"and {len(reasons) - FEW:,} more"] if len(reasons) > FEW else []
    return "\n".join([*reasons[:FEW], *more])


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
            Column("WORKLOAD", _resource, whole=True),
            Column("PROXY", _proxy, whole=True),
            Column("DECIDED BY", _webhooks),
            Column("REVISION", lambda row: row.get("revision") or ""),
        ),
        prose=Column("REASON", lambda row: "\n".join(filter(None, (row.get("reason"), row.get("fix"))))),
    ),
    "ifLabeled": Table(
        "With an injection label these namespaces would get",
        (
            Column("NAMESPACE", _value("namespace")),
            _count("WORKLOADS", "workloads"),
            _count("PROXIES", "pods"),
            _cpu(),
            _memory(),
        ),
    ),
    "rollout": Table(
        "In this order",
        (
            _count("", "order"),
            Column("WORKLOAD", _resource, whole=True),
            _count("PROXIES", "pods"),
            _cpu(),
            _memory(),
        ),
        prose=Column("WHY", lambda row: "\n".join(filter(None, (_sentence(row["why"]), row.get("step"))))),
    ),
    "overhead": Table(
        "What the sidecars are given: request/limit",
        (
            Column("WORKLOAD", _resource, whole=True),
            _count("PODS", "pods"),
            _request_and_limit("cpu", cpu_text),
            _request_and_limit("memory", memory_text),
            Column("SHARE CPU/MEM", _share, number=True),
            Column("SET BY", _value("source")),
        ),
    ),
    "overheadByNamespace": Table(
        "By namespace: request/limit",
        (
            Column("NAMESPACE", _value("namespace")),
            _count("WORKLOADS", "workloads"),
            _count("PODS", "pods"),
            _request_and_limit("cpu", cpu_text),
            _request_and_limit("memory", memory_text),
            _some("PODS WITHOUT REQUEST", "podsWithoutRequest"),
            _some("PODS WITHOUT LIMIT", "podsWithoutLimit"),
        ),
    ),
    "overheadAmbient": Table(
        "As measured by Istio: sidecars, and what ambient mode would run instead",
        (
            Column("COMPONENT", _value("component")),
            Column("NAMESPACE", lambda row: row.get("namespace") or ""),
            _count("PODS", "pods"),
            _memory("memoryPerPod", "MEMORY PER POD"),
            _memory("memory"),
            _cpu("cpuPer1000Rps", "CPU AT 1000 RPS"),
            Column("NEEDED BY", _because, whole=True),
        ),
    ),
    **LATENCY_TABLES,
    **PROXY_TABLES,
    **DRIFT_TABLES,
}
