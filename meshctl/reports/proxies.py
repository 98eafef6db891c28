"""The proxies with their states, as a table."""

from collections.abc import Mapping

from meshctl.reports.table import Column, Row, Table


def _proxy(row: Row) -> str:
    namespace, name = row["resource"]["namespace"], row["resource"]["name"]
    return f"{namespace}/{name}" if namespace else str(name)


def _state(row: Row) -> str:
    """`STALE CDS, LDS for 45 s`: the types are named unless all of them are like that."""
    types = [t for t in row["types"] if t["state"] != "IGNORED"]
    alike = [t for t in types if t["state"] == row["state"]]
    named = "" if len(alike) == len(types) else " " + ", ".join(t["type"] for t in alike)
    ages = [t["age"] for t in alike if t["overdue"] and t["age"] is not None]
    return f"{row['state']}{named}".rstrip() + (f" for {max(ages):.0f} s" if ages else "")


TABLES: Mapping[str, Table] = {
    "proxies": Table(
        "",
        (
            Column("PROXY", _proxy, whole=True),
            Column("KIND", lambda row: str(row["kind"])),
            Column("STATE", _state),
            Column("SERVED BY", lambda row: str(row["controlPlane"]), varies=True),
            Column("VERSION", lambda row: str(row["version"])),
            Column("REVISION", lambda row: str(row["revision"]), varies=True),
        ),
    ),
}
