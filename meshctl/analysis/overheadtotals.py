"""Sums of what sidecars cost: by namespace, by cluster, and of all clusters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.overhead import requests_beside_sidecars
from meshctl.graph.usage import namespace_uses

Row = dict[str, Any]

_ALWAYS = ("workloads", "pods", "podsMeasured", "podsWithoutRequest", "podsWithoutLimit")
_BOUNDS = ("cpuRequest", "memoryRequest", "cpuLimit", "memoryLimit")
_MEASURED = ("cpuUsed", "memoryUsed", "cpuFreed", "memoryFreed")
_SHARED = ("cpuRequest", "memoryRequest", "cpuUsed", "memoryUsed")
_MILLI = 10**6  # nanocores


def by_namespace(mesh: MeshGraph, rows: Sequence[Row], namespace: str) -> list[Row]:
    """Sums of the rows of each namespace of a cluster; proxies that are not bounded are counted, not guessed.

    A namespace without sidecars has a row too: what its pods request and use is a part of the cluster.
    """
    cluster = mesh.clusters[0]
    beside = {name: sums for (of, name), sums in requests_beside_sidecars(mesh).items() if of == cluster}
    groups: dict[str, list[Row]] = {name: [] for name in sorted(beside) if namespace in ("", name)}
    for row in rows:
        groups.setdefault(row["namespace"], []).append(_countable(row))
    return [
        _with_shares({"cluster": cluster, "namespace": name, **_sum(those)}, _all_pods(mesh, name, those, beside))
        for name, those in groups.items()
    ]


def _countable(row: Row) -> Row:
    return {
        **row,
        "workloads": 1,
        "podsWithoutRequest": row["pods"] if None in (row["cpuRequest"], row["memoryRequest"]) else 0,
        "podsWithoutLimit": row["pods"] if None in (row["cpuLimit"], row["memoryLimit"]) else 0,
    }


def _all_pods(mesh: MeshGraph, namespace: str, rows: Sequence[Row], beside: Mapping[str, tuple[int, int]]) -> Row:
    """What everything in a namespace requests and uses, sidecars among it."""
    cpu, memory = beside.get(namespace, (0, 0))
    use = namespace_uses(mesh).get(namespace)
    return {
        "cpuRequest": cpu + sum(row["cpuRequest"] or 0 for row in rows),
        "memoryRequest": memory + sum(row["memoryRequest"] or 0 for row in rows),
        "cpuUsed": (use.cpu + _MILLI // 2) // _MILLI if use else None,
        "memoryUsed": use.memory if use else None,
    }


def totals(rows: Sequence[Row]) -> list[Row]:
    """The sums of each cluster, and of all together where there are several: `cluster` is null then."""
    clusters = sorted({row["cluster"] for row in rows})
    groups: list[tuple[str | None, list[Row]]] = [(c, [row for row in rows if row["cluster"] == c]) for c in clusters]
    if len(clusters) > 1:
        groups.append((None, list(rows)))
    return [
        _with_shares(
            {"cluster": cluster, "namespaces": sum(row["workloads"] > 0 for row in those), **_sum(those)},
            {key: _known(row["allPods"][key] for row in those) for key in _SHARED},
        )
        for cluster, those in groups
        if any(row["workloads"] for row in those)
    ]


def _with_shares(row: Row, all_pods: Row) -> Row:
    """The sidecars' part of all pods, to a thousandth; null where one of them is not known or all is nothing."""
    shares = {key: _share(row[key], all_pods[key]) for key in _SHARED}
    return {**row, "allPods": all_pods, "share": shares}


def _share(part: int | None, whole: int | None) -> float | None:
    # Measured a moment apart, a part may be larger than the whole.
    return min(1.0, round(part / whole, 3)) if part is not None and whole else None


def _sum(rows: Sequence[Row]) -> Row:
    """Use is null where nothing was measured."""
    return {
        **{key: sum(row[key] for row in rows) for key in _ALWAYS},
        **{key: sum(row[key] or 0 for row in rows) for key in _BOUNDS},
        **{key: _known(row[key] for row in rows) for key in _MEASURED},
    }


def _known(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
