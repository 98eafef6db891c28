"""What proxies should request, by what they use: who asks for too much, who for too little, who is in danger."""

from collections.abc import Sequence
from statistics import median_low
from typing import Any

from meshctl.graph.usage import MeasuredProxy, UsedProxies
from meshctl.model.usage import Percentiles

Row = dict[str, Any]

DEFAULT_HEADROOM = 30
"""Percent on top of what is used."""

MI = 1024**2
CPU_FLOOR, MEMORY_FLOOR = 10, 40 * MI
"""Millicores and bytes: what Istio's demo profile requests. A proxy that idles now is not recommended less."""

_MILLI = 10**6  # nanocores


def used_cpu(measured: Sequence[MeasuredProxy]) -> int | None:
    """Millicores of all of them together, to the nearest; None where none was measured."""
    return _nearest(sum(each.use.cpu for each in measured), _MILLI) if measured else None


def used_memory(measured: Sequence[MeasuredProxy]) -> int | None:
    """Bytes of all of them together, to the nearest Mi, so that what adds up in JSON does in a table."""
    return _nearest(sum(each.use.memory for each in measured), MI) * MI if measured else None


def right_size(proxies: UsedProxies, headroom: int) -> Row | None:
    """One row for a workload of which a pod was measured; all but what is freed is for one pod.

    All pods of a workload request the same: the largest pod decides.
    """
    workload, costs, measured = proxies.of.workload, proxies.costs, proxies.measured
    uses = [each.use for each in measured]
    if not uses:
        return None
    cpu = max(CPU_FLOOR, _up(max(use.cpu_p95 for use in uses) * (100 + headroom), _MILLI * 100))
    memory = max(MEMORY_FLOOR, _up(max(use.memory_p95 for use in uses) * (100 + headroom), MI * 100) * MI)
    pods = sum(cost.pods for cost in costs)
    return {
        "resource": workload.id.as_data(workload.resource.version),
        "cluster": workload.cluster,
        "namespace": workload.namespace,
        "pods": pods,
        "podsMeasured": len(uses),
        "cpuRequest": _largest([cost.cpu_request for cost in costs]),
        "cpuMedian": _nearest(median_low(_middle(use.cpu, use.cpu_window) for use in uses), _MILLI),
        "cpuP95": _up(max(use.cpu_p95 for use in uses), _MILLI),
        "cpuRecommended": cpu,
        "cpuFreed": _freed([(cost.cpu_request, cost.pods) for cost in costs], cpu),
        "memoryRequest": _largest([cost.memory_request for cost in costs]),
        "memoryLimit": min((cost.memory_limit for cost in costs if cost.memory_limit is not None), default=None),
        "memoryMedian": median_low(_middle(use.memory, use.memory_window) for use in uses),
        "memoryP95": max(use.memory_p95 for use in uses),
        "memoryMost": max(use.memory_most for use in uses),
        "memoryRecommended": memory,
        "memoryFreed": _freed([(cost.memory_request, cost.pods) for cost in costs], memory),
        "risks": _risks(measured),
        "measuredBy": uses[0].source,
        "headroom": headroom,
    }


def _risks(measured: Sequence[MeasuredProxy]) -> list[str]:
    found = []
    if any(each.near_memory_limit for each in measured):
        found.append("memory near its limit")
    if any(each.exceeds_memory_request for each in measured):
        found.append("more memory than requested")
    if any(each.exceeds_cpu_request for each in measured):
        found.append("more CPU than requested")
    return found


def _middle(now: int, window: Percentiles | None) -> int:
    return window.p50 if window else now


def _largest(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return max(known) if len(known) == len(amounts) else None


def _freed(requests: Sequence[tuple[int | None, int]], recommended: int) -> int | None:
    """What less is requested by all pods; less than nothing where they should request more."""
    freed = 0
    for request, pods in requests:
        if request is None:
            return None
        freed += (request - recommended) * pods
    return freed


def _up(amount: int, unit: int) -> int:
    return -(-amount // unit)


def _nearest(amount: int, unit: int) -> int:
    return (2 * amount + unit) // (2 * unit)
