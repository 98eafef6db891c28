"""What sidecars cost, as tables."""

from collections.abc import Callable, Mapping, Sequence

from meshctl.model.amounts import cpu_text, memory_text, whole_memory_text
from meshctl.reports.cells import amount, count, of_resource, some
from meshctl.reports.table import Column, Row, Table

FEW = 3

_CLUSTER = Column("CLUSTER", lambda row: row["cluster"] if row["cluster"] is not None else "all", varies=True)


def _given(what: str, unit: Callable[[int], str]) -> Column:
    """`200m/4`, a dash for what is not bounded; below it what is used, where that is known."""
    names = (f"{what}Request", f"{what}Limit")

    def text(row: Row) -> str:
        used = row.get(f"{what}Used")
        given = "/".join(amount(unit, row[name]) for name in names)
        return given if used is None else f"{given}\nuses {unit(used)}"

    return Column(what.upper(), text, number=True)


def _freed(row: Row) -> str:
    if row["cpuFreed"] is None and row["memoryFreed"] is None:
        return ""
    return _both(row["cpuFreed"], row["memoryFreed"])


def _both(cpu: int | None, memory: int | None) -> str:
    """`200m/128Mi`."""
    return f"{amount(cpu_text, cpu)}/{amount(whole_memory_text, memory)}"


def _pair(heading: str, cpu: str, memory: str) -> Column:
    return Column(heading, lambda row: _both(row[cpu], row[memory]), number=True)


def _share(*names: str) -> Callable[[Row], str]:
    """`12%/30%`; nothing where neither is known."""

    def text(row: Row) -> str:
        shares = [row["share"][name] for name in names]
        return "/".join("-" if share is None else f"{share:.0%}" for share in shares) if any(shares) else ""

    return text


def _shares(row: Row) -> str:
    requested = _share("cpuRequest", "memoryRequest")(row)
    used = _share("cpuUsed", "memoryUsed")(row)
    return f"{requested}\n{used}" if used else requested


def _risks(row: Row) -> str:
    if not row["risks"]:
        return ""
    limit = row["memoryLimit"]
    bound = f" of {memory_text(limit)}" if limit else ""
    told = [f"{risk}{bound}" if risk.endswith("limit") else risk for risk in row["risks"]]
    raised = "; the limit has to grow as well" if limit and row["memoryRecommended"] > limit else ""
    return f"AT RISK: {', '.join(told)}{raised}"


def _basis(rows: Sequence[Row]) -> str:
    """What the recommendation is made from."""
    over = "95 % of the window were below it" if rows[0]["measuredBy"] == "Prometheus" else "at this moment"
    caution = "" if rows[0]["measuredBy"] == "Prometheus" else " A moment is not the peak: --prometheus sees more."
    return (
        f"For each pod: what the largest pod uses ({rows[0]['measuredBy']}, {over}) and {rows[0]['headroom']}% more, "
        f"at least 10m and 40Mi.{caution}"
    )


def _seconds(name: str) -> Callable[[Row], str]:
    def text(row: Row) -> str:
        middle, most = row[f"{name}P50"], row[f"{name}Max"]
        return "-" if most is None else f"{middle}s/{most}s"

    return text


def _alone(row: Row) -> str:
    return f"{row['aloneMax']}s" if row["aloneMax"] else ""


def _because(row: Row) -> str:
    reasons = row["because"]
    more = f" and {len(reasons) - FEW:,} more" if len(reasons) > FEW else ""
    return f"for {', '.join(reasons[:FEW])}{more}" if reasons else ""


def _measured_memory(row: Row) -> str:
    """Of all of them; of one where it is not known how many there are."""
    return f"{memory_text(row['memoryPerPod'])} each" if row["memory"] is None else memory_text(row["memory"])


def _published(rows: Sequence[Row]) -> str:
    return (
        f"MEMORY and CPU as measured by Istio {rows[0]['istioVersion']} ({rows[0]['source']}); REQUESTS are those of "
        "the sidecars now, and what Istio's charts ask for by default."
    )


TABLES: Mapping[str, Table] = {
    "overhead": Table(
        "What the sidecars are given: request/limit",
        (
            Column("WORKLOAD", of_resource, whole=True),
            Column("PROXY", lambda row: str(row.get("proxy", "")), varies=True),
            count("PODS", "pods"),
            _given("cpu", cpu_text),
            _given("memory", whole_memory_text),
            Column("SHARE CPU/MEM", _share("cpu", "memory"), number=True),
            Column("SET BY", lambda row: str(row["source"])),
        ),
    ),
    "overheadByNamespace": Table(
        "By namespace: request/limit",
        (
            _CLUSTER,
            Column("NAMESPACE", lambda row: str(row["namespace"])),
            count("WORKLOADS", "workloads"),
            count("PODS", "pods"),
            _given("cpu", cpu_text),
            _given("memory", whole_memory_text),
            Column("SHARE CPU/MEM", _shares, number=True),
            some("PODS WITHOUT REQUEST", "podsWithoutRequest"),
            some("PODS WITHOUT LIMIT", "podsWithoutLimit"),
        ),
    ),
    "overheadTotal": Table(
        "All together, and their share of what all pods request (and use)",
        (
            _CLUSTER,
            count("NAMESPACES", "namespaces"),
            count("WORKLOADS", "workloads"),
            count("PODS", "pods"),
            _given("cpu", cpu_text),
            _given("memory", whole_memory_text),
            Column("SHARE CPU/MEM", _shares, number=True),
            Column("FREED", _freed, number=True),
        ),
    ),
    "overheadRightSizing": Table(
        "What a right size would free: CPU/memory",
        (
            Column("WORKLOAD", of_resource, whole=True),
            count("PODS", "pods"),
            _pair("REQUESTS", "cpuRequest", "memoryRequest"),
            _pair("USES", "cpuP95", "memoryP95"),
            _pair("ENOUGH", "cpuRecommended", "memoryRecommended"),
            Column("FREED", _freed, number=True),
        ),
        prose=Column("RISK", _risks),
        foot=_basis,
    ),
    "overheadStartUp": Table(
        "How much later pods start: median/slowest",
        (
            Column("WORKLOAD", of_resource, whole=True),
            count("PODS", "pods"),
            Column("INIT CONTAINER", _seconds("init"), number=True),
            Column("WAIT FOR PROXY", _seconds("wait"), number=True),
            Column("TOGETHER", _seconds("delay"), number=True),
            Column("WITHOUT PROXY", _alone, number=True),
        ),
    ),
    "overheadAmbient": Table(
        "Sidecars, and what ambient mode would run instead",
        (
            _CLUSTER,
            Column("COMPONENT", lambda row: str(row["component"])),
            Column("NAMESPACE", lambda row: row["namespace"] or ""),
            count("PODS", "pods"),
            Column("MEMORY", _measured_memory, number=True),
            Column("CPU AT 1000 RPS", lambda row: cpu_text(row["cpuPer1000Rps"]), number=True),
            _pair("REQUESTS", "cpuRequest", "memoryRequest"),
        ),
        prose=Column("NEEDED", _because),
        foot=_published,
    ),
}
