"""The proxies with their states, as a table."""

from collections.abc import Mapping

from meshctl.reports.table import Column, Row, Table


def _proxy(row: Row) -> str:
    namespace, name = row["resource"]["namespace"], row["resource"]["name"]
    return f"{namespace}/{name}" if namespace else str(name)


def _certificate(row: Row) -> str:
    """`17 h left` or `ends 2026-01-02 03:04`; `expired` after its end."""
    certificate = row["certificate"]
    if certificate is None:
        return ""
    left = certificate["remaining"]
    if left is None:
        return f"ends {certificate['expires'][:16].replace('T', ' ')}"
    if left <= 0:
        return "expired"
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60)):
        if left >= 2 * seconds:
            return f"{left // seconds} {unit} left"
    return f"{left} s left"


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
            Column("CONTAINER", lambda row: str(row["proxy"]), varies=True),
            Column("KIND", lambda row: str(row["kind"])),
            Column("STATE", _state),
            Column("SERVED BY", lambda row: str(row["controlPlane"]), varies=True),
            Column("VERSION", lambda row: str(row["version"])),
            Column("REVISION", lambda row: str(row["revision"]), varies=True),
            Column("CERTIFICATE", _certificate),
        ),
    ),
}
