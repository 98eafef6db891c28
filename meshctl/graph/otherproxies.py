"""Sidecars of other meshes: those that pods have, and those that pods of Linkerd get."""

from collections.abc import Iterator

from meshctl.graph.application import Application, application_of
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.othermeshes import speaks_of_linkerd
from meshctl.graph.overhead import ProxiedWorkload, ProxyCost, workload_groups
from meshctl.graph.proxied import gets_proxy, other_proxy
from meshctl.graph.proxyresources import effective, in_container

LINKERD_PROXY = "linkerd-proxy"


def proxied_by_other_meshes(mesh: MeshGraph) -> Iterator[tuple[ProxiedWorkload, tuple[ProxyCost, ...]]]:
    """Workloads whose pods have or would get such a sidecar, with what each of these is given."""
    for templates, pods in workload_groups(mesh):
        found = [(pod, proxy) for pod in pods if not pod.has_ended and (proxy := other_proxy(pod))]
        if found:
            top = min(templates or pods, key=lambda w: w.name)
            costs = tuple(_cost(pod, proxy) for pod, proxy in found)
            yield ProxiedWorkload(top, None, tuple(pod for pod, _ in found), True), costs
        elif templates and not pods and (coming := _coming(mesh, min(templates, key=lambda w: w.name))):
            yield ProxiedWorkload(coming.workload, coming, (), False), (coming,)


def _coming(mesh: MeshGraph, template: Workload) -> ProxyCost | None:
    """What Linkerd's proxies will cost; where Istio injects, that is what is counted."""
    if not speaks_of_linkerd(mesh, template) or gets_proxy(mesh, template):
        return None
    # Only where there is anything of Linkerd.
    from meshctl.graph.linkerd.costs import coming_proxy

    return coming_proxy(mesh, template)


def _cost(pod: Workload, proxy: Container) -> ProxyCost:
    settings = tuple(in_container(proxy))
    amounts = effective(settings)
    return ProxyCost(
        workload=pod,
        cpu_request=amounts.cpu_request,
        memory_request=amounts.memory_request,
        cpu_limit=amounts.cpu_limit,
        memory_limit=amounts.memory_limit,
        source="container",
        settings=settings,
        pods=1,
        counted="pods",
        native=proxy.native,
        init=None,
        application=application_of(pod) or Application(0, 0, frozenset()),
    )
