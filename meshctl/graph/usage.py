"""What proxies and namespaces use, from whoever measured it: Prometheus over a window, else the metrics API."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.application import OTHER_MESHES
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node
from meshctl.graph.kinds.metrics import PodMetrics
from meshctl.graph.kinds.workload import PROXY, Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.otherproxies import proxied_by_other_meshes
from meshctl.graph.overhead import ProxiedWorkload, ProxyCost, proxied_workloads, proxy_costs
from meshctl.model.paths import Path
from meshctl.model.usage import NamespaceUse, ProxyUse

NEAR_LIMIT = 90
"""Percent of the memory limit from which a proxy is about to be killed for it."""

PROXIES = (PROXY, *OTHER_MESHES)
"""The names of containers that are sidecars."""

_MILLI = 10**6  # nanocores


class MeasuredProxy(Struct, frozen=True):
    """The proxy of one pod: what it is given, and what it uses."""

    cost: ProxyCost
    use: ProxyUse

    @property
    def near_memory_limit(self) -> bool:
        """Whether little is missing until the kernel kills it."""
        limit = self.cost.memory_limit
        return bool(limit) and self.use.memory_most * 100 >= (limit or 0) * NEAR_LIMIT

    @property
    def exceeds_cpu_request(self) -> bool:
        """Whether it uses more than it requests; not where it requests nothing."""
        request = self.cost.cpu_request
        return request is not None and self.use.cpu_p95 > request * _MILLI

    @property
    def exceeds_memory_request(self) -> bool:
        """The same of memory."""
        request = self.cost.memory_request
        return request is not None and self.use.memory_p95 > request


class UsedProxies(Struct, frozen=True):
    """A workload with what its sidecars cost, and those of them of which the use is known."""

    of: ProxiedWorkload
    costs: tuple[ProxyCost, ...]
    measured: tuple[MeasuredProxy, ...]

    def setting(self, bound: str, resource: str) -> Path:
        """The field of the workload that sets an amount, else its pod template; of a Pod, the proxy's container."""
        template = self.of.template if self.of.template and self.of.template.workload is self.of.workload else None
        written = [s.path for s in template.settings if (s.bound, s.resource) == (bound, resource)] if template else []
        return next(filter(None, written), self.of.workload.pod_path or ("metadata", "name"))


@index(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration, PodMetrics)
def used_proxies(mesh: MeshGraph) -> tuple[UsedProxies, ...]:
    """Every workload with sidecars, in document order."""
    with_costs = ((each, proxy_costs(mesh, each)) for each in proxied_workloads(mesh))
    return tuple(_used(mesh, each, costs) for each, costs in with_costs if costs)


def measured_proxies(mesh: MeshGraph) -> tuple[UsedProxies, ...]:
    """Those of which somebody measured something; without any measurement, nothing is looked at."""
    return tuple(each for each in used_proxies(mesh) if each.measured) if proxy_uses(mesh) else ()


@index(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration, PodMetrics)
def used_proxies_of_other_meshes(mesh: MeshGraph) -> tuple[UsedProxies, ...]:
    """The same of the sidecars of other meshes: of pods that have one, and of templates that Linkerd injects."""
    return tuple(_used(mesh, each, costs) for each, costs in proxied_by_other_meshes(mesh))


def _used(mesh: MeshGraph, each: ProxiedWorkload, costs: tuple[ProxyCost, ...]) -> UsedProxies:
    known = proxy_uses(mesh)
    pods = [(cost, (cost.workload.namespace, cost.workload.name)) for cost in costs if cost.workload.is_pod]
    return UsedProxies(each, costs, tuple(MeasuredProxy(cost, known[pod]) for cost, pod in pods if pod in known))


@index(PodMetrics)
def proxy_uses(mesh: MeshGraph) -> Mapping[tuple[str, str], ProxyUse]:
    """By namespace and name of the pod. A window tells more than a moment: with one, moments are left out."""
    if mesh.facts.proxy_uses:
        return {(use.namespace, use.pod): use for use in mesh.facts.proxy_uses}
    return {
        (each.namespace, each.name): ProxyUse(each.cluster, each.namespace, each.name, "metrics.k8s.io", *use)
        for each in mesh.all(PodMetrics)
        if (use := next((each.uses[name] for name in PROXIES if name in each.uses), None))
    }


@index(PodMetrics)
def namespace_uses(mesh: MeshGraph) -> Mapping[str, NamespaceUse]:
    """By namespace, from the same source."""
    if mesh.facts.proxy_uses:
        return {use.namespace: use for use in mesh.facts.namespace_uses}
    sums: dict[str, tuple[str, int, int]] = {}
    for each in mesh.all(PodMetrics):
        _, cpu, memory = sums.get(each.namespace, ("", 0, 0))
        more = each.uses.values()
        sums[each.namespace] = (each.cluster, cpu + sum(c for c, _ in more), memory + sum(m for _, m in more))
    return {name: NamespaceUse(cluster, name, cpu, memory) for name, (cluster, cpu, memory) in sums.items()}
