"""The tables of `meshctl overhead`: what the sidecars are given and use, and what would be enough instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import Struct, field

from meshctl.analysis.ambientcost import ambient_costs
from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.overheadtotals import by_namespace, totals
from meshctl.analysis.rightsizing import DEFAULT_HEADROOM, right_size, used_cpu, used_memory
from meshctl.analysis.startuptimes import slowest_first, start_up_times
from meshctl.graph.clusters import meshes
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node, Service
from meshctl.graph.kinds.metrics import PodMetrics
from meshctl.graph.kinds.networking import ServiceEntry, VirtualService
from meshctl.graph.kinds.workload import PROXY, Workload
from meshctl.graph.l7 import HttpAware
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.otherproxies import LINKERD_PROXY
from meshctl.graph.proxied import other_proxy
from meshctl.graph.usage import UsedProxies, used_proxies, used_proxies_of_other_meshes
from meshctl.graph.view import kinds_in

Row = dict[str, Any]

SUBJECT = "overhead"
READS = kinds_in(
    Workload,
    Namespace,
    Node,
    ConfigMap,
    MutatingWebhookConfiguration,
    VirtualService,
    HttpAware,
    Service,
    ServiceEntry,
    PodMetrics,
)


class _Tables(Struct, frozen=True):
    """The rows of all clusters."""

    workloads: list[Row] = field(default_factory=list)
    namespaces: list[Row] = field(default_factory=list)
    sizes: list[Row] = field(default_factory=list)
    starts: list[Row] = field(default_factory=list)
    ambient: list[Row] = field(default_factory=list)


def overhead(
    mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "", headroom: int = DEFAULT_HEADROOM
) -> Analysis:
    """The findings of the checks about overhead, with the tables; `namespace` limits both, empty means all.

    `headroom` is in percent of what is used.
    """
    analysis = analyze(mesh, [a for a in analyzers if a.subject == SUBJECT], namespace=namespace)
    tables = _Tables()
    for part in meshes(mesh):
        _measure(part.scoped(READS), namespace, headroom, tables)
    rows: Mapping[str, Sequence[Row]] = {
        "overhead": sorted(tables.workloads, key=_largest_first),
        "overheadByNamespace": sorted(
            (row for row in tables.namespaces if row["workloads"]),
            key=lambda row: (*_size(row), row["cluster"], row["namespace"]),
        ),
        "overheadTotal": totals(tables.namespaces),
        "overheadRightSizing": sorted(tables.sizes, key=_most_freed_first),
        "overheadStartUp": sorted(tables.starts, key=slowest_first),
        "overheadAmbient": tables.ambient,
    }
    return Analysis(replace(analysis.result, tables=rows), analysis.crashes)


def _measure(mesh: MeshGraph, namespace: str, headroom: int, tables: _Tables) -> None:
    """Adds the rows of one cluster."""
    rows = []
    for proxy, each in [
        *((PROXY, each) for each in used_proxies(mesh)),
        *((_container(each), each) for each in used_proxies_of_other_meshes(mesh)),
    ]:
        workload = each.of.workload
        if workload.cluster not in mesh.clusters or namespace not in ("", workload.namespace):
            continue
        size = right_size(each, headroom)
        freed = {"cpuFreed": size and size["cpuFreed"], "memoryFreed": size and size["memoryFreed"]}
        rows.append({**_row(each), "proxy": proxy, **freed})
        tables.sizes.extend([size] if size else [])
        start = start_up_times(workload, each.costs)
        tables.starts.extend([start] if start else [])
    tables.workloads.extend(rows)
    tables.namespaces.extend(by_namespace(mesh, rows, namespace))
    tables.ambient.extend(ambient_costs(mesh, [row for row in rows if row["proxy"] == PROXY]))


def _container(each: UsedProxies) -> str:
    """The name of a sidecar of another mesh; of pods that are still to come, Linkerd's alone is known."""
    proxy = other_proxy(each.costs[0].workload)
    return proxy.name if proxy else LINKERD_PROXY


def _row(each: UsedProxies) -> Row:
    """All pods of a workload together: CPU in millicores, memory in bytes; null where a proxy of it is not bounded."""
    workload, costs = each.of.workload, each.costs
    identity, first = workload.id, each.of.template or costs[0]
    cpu = _total((c.cpu_request, c.pods) for c in costs)
    memory = _total((c.memory_request, c.pods) for c in costs)
    return {
        "resource": identity.as_data(workload.resource.version),
        "cluster": identity.cluster,
        "namespace": identity.namespace,
        "pods": sum(c.pods for c in costs),
        "counted": costs[0].counted,
        "cpuRequest": cpu,
        "memoryRequest": memory,
        "cpuLimit": _total((c.cpu_limit, c.pods) for c in costs),
        "memoryLimit": _total((c.memory_limit, c.pods) for c in costs),
        "podsMeasured": len(each.measured),
        "cpuUsed": used_cpu(each.measured),
        "memoryUsed": used_memory(each.measured),
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


def _size(row: Row) -> tuple[int, int]:
    return -(row["cpuRequest"] or 0), -(row["memoryRequest"] or 0)


def _largest_first(row: Row) -> tuple[Any, ...]:
    return *_size(row), tuple(row["resource"].values())


def _most_freed_first(row: Row) -> tuple[Any, ...]:
    """Those in danger before all others."""
    return not row["risks"], -(row["cpuFreed"] or 0), -(row["memoryFreed"] or 0), tuple(row["resource"].values())
