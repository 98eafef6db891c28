"""What proxies should request, by what they use: who asks for too much, who for too little, who is in danger."""

from collections.abc import Sequence
from statistics import median_low
from typing import Any

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.overhead import ProxyCost
from meshctl.model.usage import ProxyUse

Row = dict[str, Any]
# A pod's proxy, and what it uses.
Use = tuple[ProxyCost, ProxyUse]

DEFAULT_HEADROOM = 30
"""Percent on top of what is used."""

MI = 1024**2
CPU_FLOOR, MEMORY_FLOOR = 10, 40 * MI
"""Millicores and bytes: what Istio's demo profile requests. A proxy that idles now is not recommended less."""

NEAR_LIMIT = 90
"""Percent of the memory limit from which a proxy is about to be killed for it."""

_NANO = 10**6


def used_cpu(uses: Sequence[Use]) -> int | None:
    """Millicores of all of them together, to the nearest; None where none was measured."""
    return _nearest(sum(use.cpu for _, use in uses), _NANO) if uses else None


def used_memory(uses: Sequence[Use]) -> int | None:
    """Bytes of all of them together, to the nearest Mi, so that what adds up in JSON does in a table."""
    return _nearest(sum(use.memory for _, use in uses), MI) * MI if uses else None


def right_size(workload: Workload, costs: Sequence[ProxyCost], uses: Sequence[Use], headroom: int) -> Row | None:
    """One row for a workload of which a pod was measured; all but what is freed is for one pod.

    All pods of a workload request the same: the largest pod decides.
    """
    if not uses:
        return None
    cpu = max(CPU_FLOOR, _up(max(use.cpu_p95 for _, use in uses) * (100 + headroom), _NANO * 100))
    memory = max(MEMORY_FLOOR, _up(max(use.memory_p95 for _, use in uses) * (100 + headroom), MI * 100) * MI)
    pods = sum(cost.pods for cost in costs)
    return {
        "resource": workload.id.as_data(workload.resource.version),
        "cluster": workload.cluster,
        "namespace": workload.namespace,
        "pods": pods,
        "podsMeasured": len(uses),
        "cpuRequest": _largest([cost.cpu_request for cost in costs]),
        "cpuMedian": _nearest(median_low(_middle(use.cpu, use, "cpu") for _, use in uses), _NANO),
        "cpuP95": _up(max(use.cpu_p95 for _, use in uses), _NANO),
        "cpuRecommended": cpu,
        "cpuFreed": _freed([(cost.cpu_request, cost.pods) for cost in costs], cpu),
        "memoryRequest": _largest([cost.memory_request for cost in costs]),
        "memoryLimit": min((cost.memory_limit for cost in costs if cost.memory_limit is not None), default=None),
        "memoryMedian": median_low(_middle(use.memory, use, "memory") for _, use in uses),
        "memoryP95": max(use.memory_p95 for _, use in uses),
        "memoryMost": max(use.memory_most for _, use in uses),
        "memoryRecommended": memory,
        "memoryFreed": _freed([(cost.memory_request, cost.pods) for cost in costs], memory),
        "risks": _risks(uses),
        "measuredBy": uses[0][1].source,
        "headroom": headroom,
    }


def _risks(uses: Sequence[Use]) -> list[str]:
    found = []
    if any(near_limit(cost, use) for cost, use in uses):
        found.append("memory near its limit")
    if any(use.memory_p95 > (cost.memory_request or 0) for cost, use in uses if cost.memory_request is not None):
        found.append("more memory than requested")
    if any(use.cpu_p95 > cost.cpu_request * _NANO for cost, use in uses if cost.cpu_request is not None):
        found.append("more CPU than requested")
    return found


def near_limit(cost: ProxyCost, use: ProxyUse) -> bool:
    """Whether little is missing until the kernel kills the proxy."""
    return bool(cost.memory_limit) and use.memory_most * 100 >= (cost.memory_limit or 0) * NEAR_LIMIT


def _middle(now: int, use: ProxyUse, what: str) -> int:
    window = use.cpu_window if what == "cpu" else use.memory_window
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
