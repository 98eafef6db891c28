"""Many clusters: their tables, and findings that are the same in several of them as one."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from meshctl.model.amounts import cpu_text, memory_text
from meshctl.model.finding import Finding
from meshctl.reports.cells import count, cpu, identity, memory, some
from meshctl.reports.table import Column, Row, Table

KEY = "fleet"
"""The table that makes a report one of a fleet."""
_FEW = 3


def labels_of(row: Row) -> str:
    """`env=prod region=eu`."""
    return " ".join(f"{label}={value}" for label, value in row["labels"].items())


def control_planes_of(row: Row) -> str:
    """`1.28.1`, `1.28.1 and 1-29: 1.29.0`: of revisions that have a name, with it."""
    shown = (
        each["version"] or "?" if each["revision"] == "default" else f"{each['revision']}: {each['version'] or '?'}"
        for each in row["controlPlanes"]
    )
    return ", ".join(shown)


def together(findings: Iterable[Finding]) -> Mapping[Finding, Sequence[str]]:
    """The first of those that are the same but for their cluster, with the other clusters that have it."""
    first: dict[object, Finding] = {}
    found: dict[Finding, list[str]] = {}
    for finding in findings:
        if finding.resource is None:
            found.setdefault(finding, [])
            continue
        cluster = finding.resource.cluster
        message = finding.message.replace(cluster, "\0") if cluster else finding.message
        same = (finding.code, finding.name, finding.severity, finding.resource[1:], finding.path, message)
        leader = first.setdefault(same, finding)
        if leader is finding:
            found[finding] = []
        elif leader.resource and cluster not in (leader.resource.cluster, *found[leader][-1:]):
            found[leader].append(cluster)
    return found


def elsewhere(clusters: Sequence[str]) -> str:
    """`in 19 more clusters: eu-2, eu-3, eu-4 and 16 more`."""
    several = f"{len(clusters):,} more clusters" if len(clusters) > 1 else "one more cluster"
    return f"in {several}: {few(clusters)}"


def few(names: Sequence[str]) -> str:
    """`eu-1, eu-2, eu-3 and 16 more`."""
    more = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"


def _share(row: Row) -> str:
    return f"{row['clusters']:,} of {row['of']:,}"


def _most(row: Row) -> str:
    """Where most clusters have it."""
    if row["most"] is None or row["mostClusters"] < 2:
        return ""
    return f"{identity(row['most'])} in {row['mostClusters']:,}"


def _label(row: Row) -> str:
    return f"{row['label']}={row['value']}" if row["label"] is not None else "all clusters"


def _slowest(row: Row) -> str:
    return f"{milliseconds(row['slowestP99'])} ({row['slowest']})" if row["slowest"] is not None else ""


def milliseconds(value: float) -> str:
    """`4.2 ms`, `1,250 ms`."""
    return f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def _errors(row: Row) -> str:
    """`1,000`, and the share that ended in 5xx."""
    if row["requests"] is None:
        return ""
    share = row["requestErrors"] / row["requests"] if row["requests"] else 0
    return f"{row['requests']:,}" + (f" ({share:.1%} 5xx)" if share else "")


def _time(name: str, heading: str) -> Column:
    return Column(heading, lambda row: "" if row[name] is None else milliseconds(row[name]), number=True)


def _measured(name: str, heading: str, unit: Callable[[int], str]) -> Column:
    return Column(heading, lambda row: "" if row[name] is None else unit(row[name]), number=True)


def _nobody(row: Row) -> bool:
    """The findings say the same in sentences."""
    return False


_FOUND = (count("ERRORS", "errors"), count("WARNINGS", "warnings"), count("INFOS", "infos"))
_REQUESTS = Column("REQUESTS", _errors, number=True)

TABLES: Mapping[str, Table] = {
    KEY: Table(
        "Clusters",
        (
            Column("CLUSTER", lambda row: str(row["cluster"]), whole=True),
            Column("LABELS", labels_of),
            Column("STATE", lambda row: str(row["state"]), whole=True, varies=True),
            count("RESOURCES", "resources"),
            *_FOUND,
            some("UNLIKE OTHERS", "unlike"),
            Column("CONTROL PLANES", control_planes_of),
            some("PROXIES", "proxies"),
            cpu(),
            memory(),
            _REQUESTS,
            _time("p99", "P99"),
            _time("added", "PROXIES ADD"),
        ),
        prose=Column("WHY", lambda row: str(row["why"])),
    ),
    "fleetFindings": Table(
        "What is found in how many clusters",
        (
            Column("CODE", lambda row: str(row["code"]), whole=True),
            Column("NAME", lambda row: str(row["name"])),
            Column("SEVERITY", lambda row: str(row["severity"])),
            Column("CLUSTERS", _share, number=True),
            count("FINDINGS", "findings"),
            Column("THE SAME", _most),
            Column("IN", lambda row: few(row["names"])),
        ),
    ),
    "fleetDifferences": Table(
        "Unlike the other clusters",
        (
            Column("GROUP", lambda row: str(row["group"])),
            Column("RESOURCE", lambda row: identity(row["resource"]), whole=True),
            Column("HOW", lambda row: str(row["unlike"])),
            Column("FIELD", lambda row: str(row["path"])),
            Column("USUAL", lambda row: row["usual"] or ""),
            Column("IN", lambda row: few([odd["cluster"] for odd in row["odd"]])),
        ),
        only=_nobody,
    ),
    "fleetVersions": Table(
        "Versions",
        (
            Column("COMPONENT", lambda row: str(row["component"])),
            Column("REVISION", lambda row: str(row["revision"])),
            Column("VERSION", lambda row: row["version"] or "?"),
            count("CLUSTERS", "clusters"),
            some("PODS", "pods"),
            Column("IN", lambda row: few(row["names"])),
        ),
    ),
    "fleetTotals": Table(
        "Sums: what the sidecars request, and how their requests went",
        (
            Column("OF", _label, whole=True),
            count("CLUSTERS", "clusters"),
            some("FAILED", "failed"),
            count("RESOURCES", "resources"),
            *_FOUND,
            some("PROXIES", "proxies"),
            cpu(),
            memory(),
            _measured("cpuUsed", "CPU USED", cpu_text),
            _measured("memoryUsed", "MEMORY USED", memory_text),
            _REQUESTS,
            _time("added", "PROXIES ADD"),
            Column("SLOWEST P99", _slowest),
        ),
    ),
}
