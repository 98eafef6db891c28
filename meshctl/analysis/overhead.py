"""The tables of `meshctl overhead`: what the sidecars are given, and what ambient mode would use instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node, Service
from meshctl.graph.kinds.networking import ServiceEntry, VirtualService
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.l7 import HttpAware, needs_http
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.overhead import ProxiedWorkload, ProxyCost, proxied_workloads, proxy_costs
from meshctl.graph.view import kinds_in

Row = dict[str, Any]

SUBJECT = "overhead"
READS = kinds_in(
    Workload, Namespace, Node, ConfigMap, MutatingWebhookConfiguration, VirtualService, HttpAware, Service, ServiceEntry
)


@dataclass(frozen=True, slots=True)
class Published:
    """What one proxy used in Istio's own measurement: millicores for 1000 requests a second, and bytes."""

    component: str
    cpu: int
    memory: int


_SOURCE = "https://istio.io/latest/docs/ops/deployment/performance-and-scalability/"
_VERSION = "1.24"
_SIDECAR = Published("sidecar", 200, 60_000_000)
_WAYPOINT = Published("waypoint", 250, 60_000_000)
_ZTUNNEL = Published("ztunnel", 60, 12_000_000)


def overhead(mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "") -> Analysis:
    """The findings of the checks about overhead, with the tables; `namespace` limits both."""
    analysis = analyze(mesh, [a for a in analyzers if a.subject == SUBJECT], namespace=namespace)
    found = [each for each in proxied_workloads(mesh) if namespace in ("", each.workload.namespace)]
    costs = ((each, proxy_costs(mesh, each)) for each in found)
    rows = sorted((_row(each, those) for each, those in costs if those), key=_largest_first)
    tables = {
        "overhead": rows,
        "overheadByNamespace": list(_by_namespace(rows)),
        "overheadAmbient": list(_ambient(mesh, rows)),
    }
    return Analysis(replace(analysis.result, tables=tables), analysis.crashes)


def _row(each: ProxiedWorkload, costs: Sequence[ProxyCost]) -> Row:
    """All pods of a workload together: CPU in millicores, memory in bytes; null where a proxy of it is not bounded."""
    identity, first = each.workload.id, each.template or costs[0]
    cpu = _total((c.cpu_request, c.pods) for c in costs)
    memory = _total((c.memory_request, c.pods) for c in costs)
    return {
        "resource": identity.as_data(each.workload.resource.version),
        "namespace": identity.namespace,
        "pods": sum(c.pods for c in costs),
        "counted": costs[0].counted,
        "cpuRequest": cpu,
        "memoryRequest": memory,
        "cpuLimit": _total((c.cpu_limit, c.pods) for c in costs),
        "memoryLimit": _total((c.memory_limit, c.pods) for c in costs),
        "source": costs[0].source,
        "init": first.init,
        "native": first.native,
        "share": {
            "cpu": _share(cpu, sum(c.application.cpu_request * c.pods for c in costs)),
            "memory": _share(memory, sum(c.application.memory_request * c.pods for c in costs)),
        },
    }


def _total(amounts: Iterable[tuple[int | None, int]]) -> int | None:
    total = 0
    for amount, pods in amounts:
        if amount is None:
            return None
        total += amount * pods
    return total


def _share(proxy: int | None, application: int) -> float | None:
    """The proxy's part of what the whole pod requests, to a thousandth."""
    return round(proxy / (proxy + application), 3) if proxy is not None and proxy + application > 0 else None


def _largest_first(row: Row) -> tuple[Any, ...]:
    return -(row["cpuRequest"] or 0), -(row["memoryRequest"] or 0), tuple(row["resource"].values())


def _by_namespace(rows: Sequence[Row]) -> Iterable[Row]:
    """Sums of the rows of each namespace; proxies that are not bounded are counted, not guessed."""
    totals: dict[str, Row] = {}
    for row in rows:
        total = totals.setdefault(
            row["namespace"],
            {
                "namespace": row["namespace"],
                "workloads": 0,
                "pods": 0,
                "cpuRequest": 0,
                "memoryRequest": 0,
                "cpuLimit": 0,
                "memoryLimit": 0,
                "podsWithoutRequest": 0,
                "podsWithoutLimit": 0,
            },
        )
        total["workloads"] += 1
        total["pods"] += row["pods"]
        for key in ("cpuRequest", "memoryRequest", "cpuLimit", "memoryLimit"):
            total[key] += row[key] or 0
        for key, bounds in (
            ("podsWithoutRequest", ("cpuRequest", "memoryRequest")),
            ("podsWithoutLimit", ("cpuLimit", "memoryLimit")),
        ):
            total[key] += row["pods"] if None in (row[bounds[0]], row[bounds[1]]) else 0
    return sorted(totals.values(), key=lambda t: (-t["cpuRequest"], -t["memoryRequest"], t["namespace"]))


def _ambient(mesh: MeshGraph, rows: Sequence[Row]) -> Iterable[Row]:
    """What Istio measured: the sidecars there are, and the ztunnels and waypoints that would take their place."""
    if not rows:
        return
    yield _measured(_SIDECAR, None, sum(row["pods"] for row in rows))
    yield _measured(_ZTUNNEL, None, len(mesh.all(Node)) or None)
    for namespace in sorted({row["namespace"] for row in rows}):
        if because := needs_http(mesh).get(namespace):
            yield _measured(_WAYPOINT, namespace, 1, [str(resource) for resource in because])


def _measured(what: Published, namespace: str | None, pods: int | None, because: Sequence[str] = ()) -> Row:
    return {
        "component": what.component,
        "namespace": namespace,
        "pods": pods,
        "memory": None if pods is None else pods * what.memory,
        "memoryPerPod": what.memory,
        "cpuPer1000Rps": what.cpu,
        "because": list(because),
        "istioVersion": _VERSION,
        "source": _SOURCE,
    }
