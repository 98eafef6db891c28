"""How much later pods start because of their sidecars, by workload."""

from collections.abc import Sequence
from statistics import median_low
from typing import Any

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.overhead import ProxyCost
from meshctl.graph.startup import start_up

Row = dict[str, Any]


def start_up_times(workload: Workload, costs: Sequence[ProxyCost]) -> Row | None:
    """The median pod and the slowest, in seconds; None where no pod's status tells."""
    times = [found for cost in costs if cost.workload.is_pod and (found := start_up(cost.workload))]
    if not times:
        return None
    return {
        "resource": workload.id.as_data(workload.resource.version),
        "cluster": workload.cluster,
        "namespace": workload.namespace,
        "pods": len(times),
        "native": costs[0].native,
        **_both("init", [time.init for time in times]),
        **_both("wait", [time.wait for time in times]),
        **_both("delay", [time.delay for time in times]),
        **_both("alone", [time.alone for time in times]),
    }


def slowest_first(row: Row) -> tuple[Any, ...]:
    """Sorts the rows."""
    return -(row["delayMax"] or 0), -(row["aloneMax"] or 0), tuple(row["resource"].values())


def _both(name: str, seconds: Sequence[int | None]) -> Row:
    known = [each for each in seconds if each is not None]
    return {f"{name}P50": median_low(known) if known else None, f"{name}Max": max(known, default=None)}
