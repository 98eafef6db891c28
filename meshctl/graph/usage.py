"""What proxies and namespaces use, from whoever measured it: Prometheus over a window, else the metrics API."""

from collections.abc import Mapping

from meshctl.graph.kinds.metrics import PodMetrics
from meshctl.graph.kinds.workload import PROXY
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.usage import NamespaceUse, ProxyUse


@index(PodMetrics)
def proxy_uses(mesh: MeshGraph) -> Mapping[tuple[str, str], ProxyUse]:
    """By namespace and name of the pod. A window tells more than a moment: with one, moments are left out."""
    if mesh.facts.proxy_uses:
        return {(use.namespace, use.pod): use for use in mesh.facts.proxy_uses}
    return {
        (each.namespace, each.name): ProxyUse(each.cluster, each.namespace, each.name, "metrics.k8s.io", *use)
        for each in mesh.all(PodMetrics)
        if (use := each.uses.get(PROXY))
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
