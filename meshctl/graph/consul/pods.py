"""The pods that are services of Consul, with what makes them so."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.consul.annotations import (
    IGNORE,
    INJECT,
    KUBERNETES_SERVICE,
    SERVICE,
    TRANSPARENT_PROXY,
    UPSTREAMS,
)
from meshctl.graph.consul.injection import ConsulDecision, consul_injection, is_gateway, is_injected
from meshctl.graph.consul.installation import SEEN, installation
from meshctl.graph.consul.namespaces import consul_namespaces
from meshctl.graph.consul.upstreams import Upstream, upstreams
from meshctl.graph.consul.values import truth
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.workloads import owner, services_by_selector
from meshctl.model.paths import Path

# A pod that more Services select is never registered as any of them.
_MOST = 10


class ConsulPod:
    """A pod or template that Consul injects, with the Services that select it."""

    def __init__(self, mesh: MeshGraph, workload: Workload, decision: ConsulDecision) -> None:
        self.workload = workload
        self.decision = decision
        self._mesh = mesh

    @lazy
    def names(self) -> tuple[str, ...]:
        """The names of services that its annotation gives; empty where those of the Services hold."""
        raw = self.workload.pod_annotations.get(SERVICE, "")
        return tuple(name.strip() for name in raw.split(",") if name.strip())

    @property
    def is_multiport(self) -> bool:
        """Whether it is several services."""
        return len(self.names) > 1

    @lazy
    def selecting(self) -> tuple[Service, ...]:
        """The Services that select it, those too that Consul is told to ignore."""
        return _selecting(self._mesh)(self.workload).every

    @lazy
    def services(self) -> tuple[Service, ...]:
        """Those of them by which Consul registers it."""
        wanted = self.workload.pod_annotations.get(KUBERNETES_SERVICE)
        selecting = _selecting(self._mesh)(self.workload)
        return selecting.all_counted if wanted is None else tuple(_one(selecting.counted, wanted))

    @property
    def by_service(self) -> Mapping[str, Service]:
        """The Services that select it and that Consul does not ignore, by name."""
        return _selecting(self._mesh)(self.workload).counted

    @lazy
    def registered(self) -> tuple[str, ...]:
        """The names of its services in Consul, as far as they are known."""
        return self.names or (tuple(service.name for service in self.services) if len(self.services) <= _MOST else ())

    @lazy
    def upstreams(self) -> tuple[Upstream, ...]:
        """The services that it says it calls."""
        value = self.workload.pod_annotations.get(UPSTREAMS, "")
        return upstreams(value, self.workload, consul_namespaces(self._mesh).known is True)

    @property
    def has_started(self) -> bool:
        """True for a Pod that runs: what keeps pods from starting has not kept it."""
        return self.workload.is_pod and self.workload.status.get("phase") == "Running"

    @property
    def account(self) -> str:
        """Name of its service account."""
        return self.workload.service_account

    def annotation(self, name: str) -> Path:
        """The path of an annotation of the pod."""
        return self.workload.pod_field("metadata", "annotations", name)


@index(*SEEN)
def consul_pods(mesh: MeshGraph) -> tuple[ConsulPod, ...]:
    """Templates, and pods without one in the input, that get Consul's sidecar or have it.

    Where the injector was not read, it may have been told to leave out a namespace: pods there that have the sidecar
    show that it was not.
    """
    return tuple(_pods(mesh))


def starting_pods(mesh: MeshGraph) -> Iterator[ConsulPod]:
    """Those of them of which it is not known that they start: all but pods that run."""
    return (pod for pod in consul_pods(mesh) if not pod.has_started)


def transparent(mesh: MeshGraph, pod: ConsulPod) -> tuple[bool, str] | None:
    """Whether its traffic is redirected without its knowledge, and what says so: its annotation, its namespace's label
    or the installation; None where that cannot be read, and the last is empty where it is only assumed.
    """
    said = pod.workload.pod_annotations.get(TRANSPARENT_PROXY)
    where = f"the annotation {TRANSPARENT_PROXY}"
    if said is None:
        namespace = mesh.get(Namespace, "", pod.workload.namespace)
        said = namespace.labels.get(TRANSPARENT_PROXY) if namespace else None
        where = f"the label {TRANSPARENT_PROXY} of its namespace"
    if said is None:
        installed = installation(mesh)
        if installed.unread:
            return None
        return installed.tproxy, "the installation" if installed.source else ""
    value = truth(said)
    return None if value is None else (value, where)


class _Selecting(NamedTuple):
    """The Services that select pods, sorted by name, and those of them by name that Consul does not ignore."""

    every: tuple[Service, ...]
    counted: Mapping[str, Service]
    all_counted: tuple[Service, ...]


@index(Service)
def _selecting(mesh: MeshGraph) -> Callable[[Workload], _Selecting]:
    """Finds the Services that select a pod; for pods with the same labels once."""
    known: dict[tuple[str, str, frozenset[tuple[str, str]]], _Selecting] = {}

    def find(workload: Workload) -> _Selecting:
        key = (workload.cluster, workload.namespace, frozenset(workload.pod_labels.items()))
        if key not in known:
            found = services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace)
            every = tuple(sorted((s for s in found if s.cluster == workload.cluster), key=lambda s: s.name))
            counted = {s.name: s for s in every if truth(s.labels.get(IGNORE, "")) is not True}
            known[key] = _Selecting(every, counted, tuple(counted.values()))
        return known[key]

    return find


def _one(services: Mapping[str, Service], name: str) -> Iterator[Service]:
    if name in services:
        yield services[name]


def _pods(mesh: MeshGraph) -> Iterator[ConsulPod]:
    by_default, unread = installation(mesh).inject_by_default, installation(mesh).unread
    shown = {(w.cluster, w.namespace) for w in mesh.all(Workload) if is_injected(w)} if unread else set()
    for workload in mesh.all(Workload):
        if not by_default and INJECT not in workload.pod_annotations and not is_injected(workload):
            continue
        if is_gateway(workload) or workload.has_ended or (workload.is_pod and owner(mesh, workload) is not None):
            continue
        decision = consul_injection(mesh).decide(workload)
        sure = not unread or (workload.cluster, workload.namespace) in shown
        if (decision.injected and sure) or is_injected(workload):
            yield ConsulPod(mesh, workload, decision)
