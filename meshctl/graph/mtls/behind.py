"""Who answers for a host: its pods and machines, those that differ in nothing that matters for TLS looked at once."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.fields import EMPTY
from meshctl.graph.hosts import HostEntry
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service, ServicePort
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.peerpolicies import peer_policies
from meshctl.graph.mtls.servers import Way, carried_by, container_ports, decisive, port_in, ways
from meshctl.graph.workloads import machines, owner, workloads
from meshctl.model.ids import ResourceId


class Answering(NamedTuple):
    """Pods or machines that answer alike; `server` is the first of them, by which all are judged."""

    server: Workload | Machine
    way: Way
    pods: int


class Behind:
    """What is behind each host, looked up once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._found: dict[tuple[HostEntry, frozenset[tuple[str, str]]], tuple[Answering, ...]] = {}

    def __call__(self, host: HostEntry, subset: Mapping[str, str] = EMPTY) -> tuple[Answering, ...]:
        """The classes of servers behind a host, or those of them with the labels of a subset.

        Pods of the input stand for the template that made them.
        """
        asked = (host, frozenset(subset.items()))
        if asked not in self._found:
            self._found[asked] = tuple(self._classes(host, subset))
        return self._found[asked]

    def _classes(self, host: HostEntry, subset: Mapping[str, str]) -> Iterator[Answering]:
        counted: dict[object, list[Workload | Machine]] = {}
        for provider in host.providers if not is_external(host) else ():
            for server in _selected(self._mesh, provider, subset):
                counted.setdefault(self._class(server), []).append(server)
        for alike in counted.values():
            yield Answering(alike[0], ways(self._mesh)(alike[0]), len(alike))

    def _class(self, server: Workload | Machine) -> object:
        way = ways(self._mesh)(server)
        more = () if isinstance(server, Machine) else (*decisive(server), *container_ports(server))
        policies = peer_policies(self._mesh).choosing(server.namespace, carried_by(server))
        return server.namespace, server.cluster, way, tuple(p.id for p in policies[:1]), more


@index(Service, ServiceEntry, Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)
def behind(mesh: MeshGraph) -> Behind:
    """The servers behind each host."""
    return Behind(mesh)


def is_external(host: HostEntry) -> bool:
    """Whether a host is outside the mesh: a ServiceEntry that does not say MESH_INTERNAL, or an ExternalName."""
    first = host.first
    if isinstance(first, ServiceEntry):
        return first.spec.get("location") != "MESH_INTERNAL"
    return first.type == "ExternalName"


def is_headless(host: HostEntry) -> bool:
    """Whether clients reach the pods by their own addresses, so that a proxy does not choose one."""
    first = host.first
    return first.resolution == "NONE" if isinstance(first, ServiceEntry) else first.is_headless


def endpoint_port(host: HostEntry, port: int, server: Workload | Machine) -> int | None:
    """The port of the server that a port of the host leads to; None where the host has no such port, or the pod none
    of its name."""
    for provider in host.providers:
        if isinstance(provider, Service):
            found: ServicePort | None = provider.ports_by_number.get(port)
            if found is not None:
                return port_in(server, found)
        elif port in provider.port_numbers:
            return port
    return None


def _selected(
    mesh: MeshGraph, provider: Service | ServiceEntry, subset: Mapping[str, str]
) -> Iterator[Workload | Machine]:
    if not provider.selector or any(provider.selector.get(key, value) != value for key, value in subset.items()):
        return
    wanted = {**provider.selector, **subset}
    found = workloads(mesh).selected_by(wanted, provider.namespace)
    made_by: set[ResourceId] = set()
    for workload in found:
        above = owner(mesh, workload) if workload.is_pod else None
        while above is not None and above.id not in made_by:
            made_by.add(above.id)
            above = owner(mesh, above)
    for workload in found:
        ended = workload.has_ended if workload.is_pod else workload.id in made_by or not workload.replicas
        if workload.cluster == provider.cluster and not ended:
            yield workload
    for machine in machines(mesh).selected_by(wanted, provider.namespace):
        if machine.id.kind == "WorkloadEntry":
            yield machine
