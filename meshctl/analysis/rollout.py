"""What injection would cost a namespace without it, and in which order to begin."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def namespace_states(rows: Iterable[Mapping[str, Any]], missing: Sequence[Candidate]) -> list[Row]:
    """Each namespace: in the mesh, out or partly, and in which order to bring in the others, with what that costs.

    `rows` are those of all workloads; `missing` are the workloads that would get a proxy or should have one. Safest
    first, then smallest; then those that nothing can be done for, then those that are in.
    """
    of_each: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        of_each[row["resource"]["cluster"], row["resource"]["namespace"]].append(row)
    waiting: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in missing:
        waiting[_place(candidate)].append(candidate)
    found = [(_state(place, those, waiting[place]), waiting[place]) for place, those in sorted(of_each.items())]
    found.sort(key=lambda each: _turn(*each))
    return [{"order": position if those else None, **row} for position, (row, those) in enumerate(found, 1)]


def _turn(row: Row, waiting: Sequence[Candidate]) -> tuple[Any, ...]:
    risk = max((_risk(workload)[0] for workload, _, _ in waiting), default=0)
    return not waiting, row["state"] == "in", risk, row["pods"], row["cluster"], row["namespace"]


def _state(place: tuple[str, str], rows: Sequence[Mapping[str, Any]], waiting: Sequence[Candidate]) -> Row:
    inside = sum(_is_in(row) for row in rows)
    return {
        "cluster": place[0],
        "namespace": place[1],
        "state": "in" if inside == len(rows) else "partly" if inside else "out",
        "workloads": len(rows),
        "inMesh": inside,
        **_requests(waiting),
        "why": _why(rows, waiting),
    }


def _is_in(row: Mapping[str, Any]) -> bool:
    """Whether a workload has a proxy, or gets one as it starts, or is in ambient mode."""
    return bool(row["ambient"] or (row["expected"] if row["actual"] is None else row["actual"]))


def _why(rows: Sequence[Mapping[str, Any]], waiting: Sequence[Candidate]) -> str:
    """What is to be thought of first: the riskiest workload, or why the others are out."""
    if waiting:
        workload = max(waiting, key=lambda candidate: (_risk(candidate[0])[0], candidate[0].id))[0]
        return f"the riskiest is {workload.id.kind} {workload.name}: {_risk(workload)[1]}"
    outside = [row for row in rows if not _is_in(row)]
    if not outside:
        return ""
    others = f" ({len(outside) - 1} more are out)" if len(outside) > 1 else ""
    return f"{outside[0]['resource']['kind']} {outside[0]['resource']['name']} is out{others}: {outside[0]['reason']}"


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
