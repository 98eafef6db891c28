"""How long requests take, as tables: percentiles as far as they are known, and a small picture of the spread."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from meshctl.reports.table import Column, Row, Table

_BARS = "▁▂▃▄▅▆▇█"
_CLUSTER = re.compile(r"(?P<direction>in|out)bound\|(?P<port>\d+)\|(?P<subset>[^|]*)\|(?P<host>.*)")
_LISTENER = re.compile(r"(?P<direction>in|out)bound_.*_(?P<port>\d+)")
_WORDS = {"source": "to", "destination": "at", "waypoint": "at", "inbound": "in", "outbound": "out"}


def _place(row: Row) -> str:
    return f"{row['namespace']}/{row['workload']}" if row["namespace"] else row["workload"]


def _where(row: Row) -> str:
    """The workload, and below it the route."""
    return "\n".join(filter(None, (_place(row), _route(row))))


def _proxy_and_route(row: Row) -> str:
    return "\n".join((*row["proxies"], _route(row)))


def _route(row: Row) -> str:
    """`to reviews.bookinfo:9080 v2`, `in :9080`: shorter than Envoy's names."""
    span, route = row["span"], row["route"]
    if found := _CLUSTER.fullmatch(route):
        if found["direction"] == "in":
            return f"to application :{found['port']}"
        host = found["host"].removesuffix(".svc.cluster.local")
        return f"to {host}:{found['port']} {found['subset']}".rstrip()
    if found := _LISTENER.fullmatch(route):
        return f"{found['direction']} :{found['port']}"
    if span == "probe-direct":
        return f"around: {route}"
    if span in ("probe", "downstream"):
        return str(route)
    return f"{_WORDS.get(span, 'to' if span == 'upstream' else span)} {route.removesuffix('.svc.cluster.local')}"


def _requests(row: Row) -> str:
    """How many, and below it the part that failed."""
    share = row["errorShare"]
    failed = "<0.1%" if share and share < 0.001 else f"{share or 0:.1%}".replace(".0%", "%")
    return f"{row['requests']:,}" + (f"\n{failed} 5xx" if share else "")


def _percentile(q: float) -> Column:
    def text(row: Row) -> str:
        each = next((each for each in row["percentiles"] if each["q"] == q), None)
        return "-" if each is None else amount(each)

    return Column(f"P{q * 100:g}", text, number=True)


def amount(each: Mapping[str, Any]) -> str:
    """A percentile in milliseconds: its value where that is sharp, else its range; `?` where few requests decide it."""
    doubt = "" if each["confident"] else "?"
    value, low, high = each["ms"], each["low"], each["high"]
    if value is None or high is None:
        return f">{_number(low)}{doubt}"
    if high - low <= 0.15 * value:
        return _number(value) + doubt
    return f"{_number(low)}-{_number(high)}{doubt}"


def _number(milliseconds: float) -> str:
    return f"{milliseconds:.1f}".removesuffix(".0") if milliseconds < 10 else f"{milliseconds:,.0f}"


def _added(row: Row) -> str:
    added = row["added"]
    if added is None:
        return ""
    return f"<{added['ms']:.1f}" if added["kind"] == "upper bound" else f"{added['ms']:+.1f}"


def _spread(row: Row) -> str:
    """One bar for each step of 1, 2, 5, 10, ... milliseconds, the lowest for none, the highest for most requests."""
    counts = [step["requests"] for step in row["spread"]]
    while len(counts) > len(_BARS):
        counts = [sum(counts[i : i + 2]) for i in range(0, len(counts), 2)]
    most, top = max(counts, default=0), len(_BARS) - 1
    return "".join(_BARS[-(-count * top // most)] for count in counts)


def _overflows(row: Row) -> str:
    return f"{row['overflows']:,}" if row["overflows"] else ""


def _deviation(row: Row) -> str:
    return "" if row["deviation"] in (None, "no difference seen", "too few requests") else str(row["deviation"])


def _columns(first: Column) -> Sequence[Column]:
    return (
        first,
        Column("REQUESTS", _requests, number=True),
        Column("REFUSED", _overflows, number=True),
        *(_percentile(q) for q in (0.5, 0.9, 0.95, 0.99)),
        Column("ADDED", _added, number=True),
        Column("SPREAD", _spread, picture=True),
    )


TABLES: Mapping[str, Table] = {
    "latency": Table(
        "Milliseconds by workload and route (? decided by few requests)",
        _columns(Column("WORKLOAD, ROUTE", _where, whole=True)),
    ),
    "latencyByProxy": Table(
        "Replicas that differ from the others of their workload",
        (*_columns(Column("PROXY, ROUTE", _proxy_and_route, whole=True)), Column("THAN OTHERS", _deviation)),
        only=lambda row: bool(_deviation(row)),
    ),
    "latencyChanges": Table(
        "What changed, in milliseconds",
        (
            Column("WORKLOAD, ROUTE", _where, whole=True),
            Column("", lambda row: f"p{row['q'] * 100:g}"),
            Column("BEFORE", lambda row: amount(row["before"]), number=True),
            Column("AFTER", lambda row: amount(row["after"]), number=True),
            Column("LIMIT", lambda row: f"+{row['limit']}" if row["limit"] else "", number=True),
            Column("VERDICT", lambda row: row["verdict"] + (", too much" if row["exceeded"] else "")),
        ),
        only=lambda row: bool(row["limit"]) or row["verdict"] in ("slower", "faster"),
    ),
}
