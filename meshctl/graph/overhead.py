"""What the sidecars cost: one ProxyCost for each pod or template, and the workloads they belong to."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct, structs

from meshctl.graph.application import Application, application_of, requested
from meshctl.graph.fields import integer, mapping
from meshctl.graph.injector import Injector
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxied import gets_proxy, injected_proxy, injector
from meshctl.graph.proxyresources import Setting, Source, effective, in_container, stated
from meshctl.graph.workloads import top_owner

_RUN_ONCE = frozenset({"Job", "CronJob"})

Counted = Literal["pods", "replicas", "nodes", "one a node", "one run"]
Init = Literal["istio-init", "cni", "none"]


class ProxyCost(Struct, frozen=True):
    """What one pod's proxy is given: millicores and bytes, None where nothing is said.

    `pods` is how many there are, and `counted` from what: pods of the input, replicas, nodes of the input; "one a node"
    (the nodes are not in the input) and "one run" of a Job stand for a number that is not known. `native` and `init`
    are None where the input does not tell.
    """

    workload: Workload
    cpu_request: int | None
    memory_request: int | None
    cpu_limit: int | None
    memory_limit: int | None
    source: Source
    settings: tuple[Setting, ...]
    pods: int
    counted: Counted
    native: bool | None
    init: Init | None
    application: Application


class ProxiedWorkload(Struct, frozen=True):
    """A workload with sidecars. `template` is what its next pod gets (None: no proxy), `pods` those in the input.

    Pods of one controller that is not in the input are together; the first by name stands for all. `counted_by_pods`
    says that the pods and not the template tell what it costs.
    """

    workload: Workload
    template: ProxyCost | None
    pods: tuple[Workload, ...]
    counted_by_pods: bool


def proxy_costs(mesh: MeshGraph, each: ProxiedWorkload) -> tuple[ProxyCost, ...]:
    """What to add up for a workload: one for each pod of the input that has a proxy, else the template."""
    if not each.counted_by_pods:
        return (each.template,) if each.template else ()
    return tuple(cost for pod in each.pods if (cost := proxy_cost(mesh, pod)))


def proxy_cost(mesh: MeshGraph, workload: Workload) -> ProxyCost | None:
    """The cost of the proxy that a pod has, or that the pods of a template get; None if there is none.

    A gateway, whose proxy is the application, has none either.
    """
    return cost_if_injected(mesh, workload) if gets_proxy(mesh, workload) else None


def cost_if_injected(mesh: MeshGraph, workload: Workload) -> ProxyCost | None:
    """The same for a workload that need not get a proxy: what it would be given."""
    application = application_of(workload)
    if application is None:
        return None
    source, settings = proxy_settings(mesh, workload)
    proxy = injected_proxy(workload)
    by = injector(mesh, workload)
    native = proxy.native if proxy else _native(workload, by)
    init = _init_of(workload) if proxy else _coming_init(workload, by)
    amounts = effective(settings)
    pods, counted = pod_count(mesh, workload)
    return ProxyCost(
        workload=workload,
        cpu_request=amounts.cpu_request,
        memory_request=amounts.memory_request,
        cpu_limit=amounts.cpu_limit,
        memory_limit=amounts.memory_limit,
        source=source,
        settings=settings,
        pods=pods,
        counted=counted,
        native=native,
        init=init,
        application=application,
    )


def proxy_settings(mesh: MeshGraph, workload: Workload) -> tuple[Source, tuple[Setting, ...]]:
    """The amounts that a pod's proxy has, or gets if it is injected, and who says them."""
    if proxy := injected_proxy(workload):
        return "container", tuple(in_container(proxy))
    by = injector(mesh, workload)
    return stated(workload, workload.proxy, mapping(by.proxy.get("resources")) if by else None)


@index(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration)
def proxied_workloads(mesh: MeshGraph) -> tuple[ProxiedWorkload, ...]:
    """Every workload whose pods have or would get a sidecar, in document order, each with what it owns."""
    found = (_proxied(mesh, *members) for members in workload_groups(mesh))
    return tuple(each for each in found if each)


@index(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration)
def requests_beside_sidecars(mesh: MeshGraph) -> Mapping[tuple[str, str], tuple[int, int]]:
    """By cluster and namespace, the millicores and bytes that pods request, sidecars left out; counted alike."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for templates, pods in workload_groups(mesh):
        alive = [pod for pod in pods if not pod.has_ended]
        top = min(templates or pods, key=lambda w: w.name)
        for workload in alive if _counted_by_pods(top, pods, alive) else [] if _finished(top) else [top]:
            place, count = (workload.cluster, workload.namespace), pod_count(mesh, workload)[0]
            cpu, memory = requested(workload)
            before = sums.get(place, (0, 0))
            sums[place] = (before[0] + cpu * count, before[1] + memory * count)
    return sums


@index(Workload)
def workload_groups(mesh: MeshGraph) -> tuple[tuple[list[Workload], list[Workload]], ...]:
    """Templates and pods that belong together, in document order."""
    groups: dict[tuple[str, ...], tuple[list[Workload], list[Workload]]] = {}
    for workload in mesh.all(Workload):
        top = top_owner(mesh, workload)
        templates, pods = groups.setdefault(_group(top), ([], []))
        if workload.is_pod:
            pods.append(workload)
        elif workload is top:
            templates.append(workload)
    return tuple(members for members in groups.values() if any(members))


@index(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration)
def _by_namespace(mesh: MeshGraph) -> Mapping[str, tuple[ProxiedWorkload, ...]]:
    found: dict[str, list[ProxiedWorkload]] = {}
    for each in proxied_workloads(mesh):
        found.setdefault(each.workload.namespace, []).append(each)
    return {namespace: tuple(those) for namespace, those in found.items()}


def proxied_workloads_of(mesh: MeshGraph, namespace: str) -> tuple[ProxiedWorkload, ...]:
    """Those of one namespace, in document order."""
    return _by_namespace(mesh).get(namespace, ())


def _group(top: Workload) -> tuple[str, ...]:
    kind, name = top.controller
    return (top.cluster, top.namespace, kind, name) if kind else top.id


def _proxied(mesh: MeshGraph, templates: list[Workload], pods: list[Workload]) -> ProxiedWorkload | None:
    alive = tuple(pod for pod in pods if not pod.has_ended)
    seen = next((pod for pod in alive if gets_proxy(mesh, pod)), None)
    top = min(templates or pods, key=lambda w: w.name)
    template = None if _finished(top) else proxy_cost(mesh, seen or top if top.is_pod else top)
    if template is None and (seen is None or application_of(seen) is None):
        return None
    if template is not None and seen is not None and None in (template.native, template.init):
        proxy = injected_proxy(seen)
        template = structs.replace(
            template,
            native=proxy.native if proxy and template.native is None else template.native,
            init=template.init or _init_of(seen),
        )
    return ProxiedWorkload(top, template, alive, _counted_by_pods(top, pods, alive))


def _counted_by_pods(top: Workload, pods: Sequence[Workload], alive: Sequence[Workload]) -> bool:
    # Runs that are over leave their pods behind: the next run is what costs.
    return bool(alive) if top.id.kind in _RUN_ONCE else bool(pods)


def _finished(workload: Workload) -> bool:
    return workload.id.kind == "Job" and "completionTime" in workload.status


def _native(workload: Workload, by: Injector | None) -> bool | None:
    wish = workload.pod_annotations.get("sidecar.istio.io/nativeSidecar")
    # The injector takes everything but "false" for a yes; an empty text counts as left out.
    return wish != "false" if wish else by.native if by else None


def _init_of(workload: Workload) -> Init | None:
    names: Mapping[str, Init] = {"istio-init": "istio-init", "istio-validation": "cni"}
    return next((names[c.name] for c in workload.containers if c.init and c.name in names), None)


def _coming_init(workload: Workload, by: Injector | None) -> Init | None:
    if workload.pod_annotations.get("sidecar.istio.io/interceptionMode") == "NONE":
        return "none"
    if by is None:
        return None
    return "cni" if by.cni else "istio-init"


def pod_count(mesh: MeshGraph, workload: Workload) -> tuple[int, Counted]:
    """How many pods a workload has, and counted from what."""
    kind = workload.id.kind
    if workload.is_pod:
        return 1, "pods"
    if kind == "DaemonSet":
        nodes = len(mesh.all(Node))
        return (nodes, "nodes") if nodes else (1, "one a node")
    if kind in _RUN_ONCE:
        job = workload.spec if kind == "Job" else mapping(mapping(workload.spec.get("jobTemplate")).get("spec"))
        parallel = integer(job.get("parallelism"))
        return (1 if parallel is None else parallel), "one run"
    return workload.replicas, "replicas"
