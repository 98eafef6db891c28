"""What injection would cost a namespace without it, and in which order to begin."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from meshctl.graph.application import containers_without_readiness
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.overhead import ProxyCost

Row = dict[str, Any]
# A workload, what its proxies would request, and how to restart it.
Candidate = tuple[Workload, ProxyCost | None, str]


def enabled_namespaces(candidates: Sequence[Candidate]) -> Iterator[Row]:
    """A sum for each namespace that has candidates: millicores and bytes that the proxies would request."""
    for (cluster, namespace), group in groupby(sorted(candidates, key=_place), _place):
        those = list(group)
        yield {"cluster": cluster, "namespace": namespace, "workloads": len(those), **_requests(those)}


def rollout(candidates: Sequence[Candidate]) -> list[Row]:
    """The candidates in the order in which to restart them: where least can go wrong first, then the smallest."""
    ordered = sorted(candidates, key=lambda c: (_risk(c[0])[0], _requests([c])["pods"], c[0].id))
    return [
        {
            "order": position,
            "resource": workload.id.as_data(workload.resource.version),
            "why": _risk(workload)[1],
            **_requests([(workload, cost, step)]),
            "step": step,
        }
        for position, (workload, cost, step) in enumerate(ordered, 1)
    ]


def _place(candidate: Candidate) -> tuple[str, str]:
    return candidate[0].cluster, candidate[0].namespace


def _requests(candidates: Iterable[Candidate]) -> Row:
    """Pods, and what their proxies request; null where one states nothing."""
    costs = [cost for _, cost, _ in candidates if cost]
    cpu = [None if c.cpu_request is None else c.cpu_request * c.pods for c in costs]
    memory = [None if c.memory_request is None else c.memory_request * c.pods for c in costs]
    return {
        "pods": sum(cost.pods for cost in costs),
        "cpuRequest": None if None in cpu else sum(filter(None, cpu)),
        "memoryRequest": None if None in memory else sum(filter(None, memory)),
    }


def _risk(workload: Workload) -> tuple[int, str]:
    """How much can go wrong, 0 least, and why."""
    kind, replicas = workload.id.kind, workload.replicas
    if kind in ("Deployment", "Rollout", "ReplicaSet"):
        if containers_without_readiness(workload):
            return 1, "stateless, but without a readiness probe: requests may come before it is ready"
        if replicas > 1:
            return 0, f"stateless, {replicas} replicas with a readiness probe: restarted one after the other"
        return 1, "stateless, but a single replica: a proxy that does not start is an outage"
    if kind == "DaemonSet":
        return 2, "one pod a node: each node is without it while it restarts"
    if kind == "StatefulSet":
        return 3, "holds state: its pods restart one by one, and peers speak to each other directly"
    if kind == "Pod":
        return 4, "a pod of its own: nothing makes it anew"
    return 5, "runs to its end: a sidecar that is not native keeps it running"
