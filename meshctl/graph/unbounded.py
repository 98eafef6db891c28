"""Proxies that nobody gave requests or limits, by what leaves them out."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.overhead import ProxyCost, proxied_workloads
from meshctl.graph.proxied import injector
from meshctl.graph.proxyresources import Bound, Resource
from meshctl.graph.view import View
from meshctl.model.paths import Path


class Unbounded(Struct, frozen=True):
    """Proxies that lack the same amounts for the same reason, one reason a namespace; the first stands for all."""

    subject: View
    path: Path
    lacking: tuple[Resource, ...]
    proxies: tuple[ProxyCost, ...]

    @property
    def lacking_words(self) -> tuple[str, ...]:
        """What is lacking as it is called in a sentence."""
        return tuple("CPU" if resource == "cpu" else resource for resource in self.lacking)

    @property
    def whose(self) -> str:
        """The proxies in words: whose they are, and how many others are alike."""
        first, others = self.proxies[0].workload, len(self.proxies) - 1
        return f"The proxy of {first.id}" + (f" (and of {others} more, for the same reason)" if others else "")

    @property
    def remedy(self) -> str:
        """The next step, a sentence."""
        source = self.proxies[0].source
        if source == "annotations":
            return (
                "Set all four of sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit and proxyMemoryLimit: as soon "
                "as one is set, none of the installation's values is used."
            )
        if source == "installation":
            return "Set global.proxy.resources in the values of the installation."
        return "Set it in the resources of the proxy's container."


def proxies_without(mesh: MeshGraph, bound: Bound) -> Iterator[Unbounded]:
    """Proxies whose requests or limits are known to be left out, grouped by what leaves them out."""
    groups: dict[tuple[object, ...], list[ProxyCost]] = {}
    for each in proxied_workloads(mesh):
        cost = each.template
        if cost is None or not (lacking := _lacking(cost, bound)):
            continue
        by = injector(mesh, cost.workload) if cost.source == "installation" else None
        place = by.source.id if by else (cost.workload.cluster, cost.workload.namespace)
        groups.setdefault((place, cost.source, lacking), []).append(cost)
    for costs in groups.values():
        costs.sort(key=lambda c: c.workload.id)
        first = costs[0]
        by = injector(mesh, first.workload) if first.source == "installation" else None
        subject: View = by.source if by else first.workload
        path = ("data", "values") if by else _reason(first)
        yield Unbounded(subject, path, _lacking(first, bound), tuple(costs))


def _lacking(cost: ProxyCost, bound: Bound) -> tuple[Resource, ...]:
    cpu, memory = (
        (cost.cpu_request, cost.memory_request) if bound == "requests" else (cost.cpu_limit, cost.memory_limit)
    )
    written = {s.resource for s in cost.settings if s.bound == bound}
    lacking: list[Resource] = []
    if cpu is None and "cpu" not in written:
        lacking.append("cpu")
    if memory is None and "memory" not in written:
        lacking.append("memory")
    return tuple(lacking)


def _reason(cost: ProxyCost) -> Path:
    if cost.source == "annotations":
        return cost.settings[0].path
    return (*cost.workload.proxy.path, "resources") if cost.workload.proxy else cost.workload.pod_path
