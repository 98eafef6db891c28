"""Workloads behind several Services, and what these make of their ports."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import integer, numbered, text
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service, ServicePort
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.missingproxies import told_to_have_proxy
from meshctl.graph.proxied import gets_proxy
from meshctl.graph.workloads import owner, services_by_selector

_WAYPOINT = ("gateway.istio.io/managed", "istio.io-mesh-controller")


class PortUse(Struct, frozen=True):
    """A port of a Service, as it looks to one workload behind it; `target` is a name only where no container has it."""

    service: Service
    port: ServicePort
    number: int
    protocol: str
    target: int | str


class SharedWorkload(Struct, frozen=True):
    """A workload with its Services; `injected` is None where it is not known whether its pods get a proxy."""

    workload: Workload
    uses: tuple[PortUse, ...]
    injected: bool | None


@index(Workload, Service, Namespace, ConfigMap, MutatingWebhookConfiguration)
def shared_workloads(mesh: MeshGraph) -> tuple[SharedWorkload, ...]:
    """Templates behind Services whose pods get a proxy or may get one; those managed by others left out."""
    return tuple(_shared(mesh))


def _shared(mesh: MeshGraph) -> Iterator[SharedWorkload]:
    by_selector = services_by_selector(mesh)
    for workload in mesh.all(Workload):
        if workload.is_pod:
            continue
        services = [
            s for s in by_selector.selecting(workload.pod_labels, workload.namespace) if s.cluster == workload.cluster
        ]
        if sum(len(service.ports) for service in services) < 2:
            continue  # Nothing that could be in another's way.
        if workload.labels.get(_WAYPOINT[0]) == _WAYPOINT[1]:
            continue
        injected = gets_proxy(mesh, workload)
        if injected is False and told_to_have_proxy(mesh, workload):
            # No webhook listens yet.
            injected = None
        if injected is not False and owner(mesh, workload) is None:
            services.sort(key=lambda s: s.id)
            names = container_ports(workload)
            yield SharedWorkload(workload, tuple(u for s in services for u in _uses(s, names)), injected)


def _uses(service: Service, names: Mapping[str, int]) -> Iterator[PortUse]:
    for port in service.ports:
        if port.number is not None:
            target = port.number if port.target is None else port.target
            resolved = names.get(target, target) if isinstance(target, str) else target
            yield PortUse(service, port, port.number, port.protocol.upper() or "TCP", resolved)


def container_ports(workload: Workload) -> Mapping[str, int]:
    """The ports of its containers that have a name, by that."""
    found: dict[str, int] = {}
    for container in workload.containers:
        for _, port in numbered(container.fields.get("ports")):
            name, number = text(port.get("name")), integer(port.get("containerPort"))
            if name and number is not None:
                found.setdefault(name, number)
    return found
