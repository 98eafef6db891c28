"""What ambient mode would run instead of sidecars, in Istio's own published figures."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from meshctl.graph.kinds.core import Node
from meshctl.graph.l7 import needs_http
from meshctl.graph.mesh import MeshGraph

Row = dict[str, Any]

_MI = 1024**2


class Published(Struct, frozen=True):
    """What one proxy used in Istio's own measurement, and what Istio's charts request for it: None for a sidecar,
    whose requests are known. Millicores, for 1000 requests a second or at all, and bytes."""

    component: str
    cpu: int
    memory: int
    cpu_request: int | None = None
    memory_request: int | None = None


SOURCE = "https://istio.io/latest/docs/ops/deployment/performance-and-scalability/"
VERSION = "1.24"
_SIDECAR = Published("sidecar", 200, 60_000_000)
_WAYPOINT = Published("waypoint", 250, 60_000_000, 100, 128 * _MI)
_ZTUNNEL = Published("ztunnel", 60, 12_000_000, 200, 512 * _MI)


def ambient_costs(mesh: MeshGraph, rows: Sequence[Row]) -> Iterable[Row]:
    """The sidecars of a cluster, one row a workload, and the ztunnels and waypoints that would take their place."""
    if not rows:
        return
    cluster = mesh.clusters[0]
    requests = {name: _sum(row[name] for row in rows) for name in ("cpuRequest", "memoryRequest")}
    yield {**_measured(_SIDECAR, cluster, None, sum(row["pods"] for row in rows)), **requests}
    yield _measured(_ZTUNNEL, cluster, None, len(mesh.all(Node)) or None)
    for namespace in sorted({row["namespace"] for row in rows}):
        if because := needs_http(mesh).get(namespace):
            yield _measured(_WAYPOINT, cluster, namespace, 1, [str(resource) for resource in because])


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)


def _measured(
    what: Published, cluster: str, namespace: str | None, pods: int | None, because: Sequence[str] = ()
) -> Row:
    def of_all(amount: int | None) -> int | None:
        return None if pods is None or amount is None else pods * amount

    return {
        "cluster": cluster,
        "component": what.component,
        "namespace": namespace,
        "pods": pods,
        "memory": of_all(what.memory),
        "memoryPerPod": what.memory,
        "cpuPer1000Rps": what.cpu,
        "cpuRequest": of_all(what.cpu_request),
        "memoryRequest": of_all(what.memory_request),
        "because": list(because),
        "istioVersion": VERSION,
        "source": SOURCE,
    }
