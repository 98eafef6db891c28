"""Differences between resources, control plane and proxies, as a table."""

from collections.abc import Mapping
from typing import Any

from meshctl.reports.table import Column, Row, Table

_LOST_BY = {
    "resources-to-control-plane": "control plane",
    "control-plane-to-proxy": "proxy",
    "resources-to-proxy": "not known",
    "proxy-to-proxy": "one proxy",
}
_LONG = 60


def _asked(row: Row) -> str:
    """The resource and its field; what drifted in Envoy's words where no resource asks for it."""
    resource = row["resource"]
    if resource is None:
        return str(row["objects"][0]) if row["objects"] else ""
    return f"{resource['kind']} {resource['namespace']}/{resource['name']}"


def _field(row: Row) -> str:
    return str(row["path"] or row["field"])


def _value(name: str) -> Any:
    return lambda row: _text(row[name])


def _sent(row: Row) -> str:
    """A question mark where it is not known what is sent."""
    return "?" if row["hop"] == "resources-to-proxy" else _text(row["sent"])


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONG else f"{text[: _LONG - 3]}..."


def _who(row: Row) -> str:
    """Who lost it, and on how many proxies."""
    if row["explainedBy"]:
        return f"EnvoyFilter {row['explainedBy']['name']}"
    count = len(row["proxies"])
    return f"{_LOST_BY.get(row['hop'], row['hop'])}, {count:,} {'proxy' if count == 1 else 'proxies'}"


TABLES: Mapping[str, Table] = {
    "drift": Table(
        "",
        (
            Column("RESOURCE", _asked, whole=True),
            Column("DESIRED", _value("desired")),
            Column("SENT", _sent),
            Column("RUNNING", _value("running")),
            Column("LOST BY", _who),
        ),
        prose=Column("FIELD", _field),
    ),
}
