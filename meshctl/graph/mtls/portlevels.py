"""Ports that PeerAuthentications name and the pods do not have."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.kinds.core import ConfigMap, Namespace, Service, ServicePort
from meshctl.graph.kinds.networking import Sidecar
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.peerpolicies import peer_policies
from meshctl.graph.mtls.servers import container_ports, port_in
from meshctl.graph.sidecars import sidecars_by_place
from meshctl.graph.workloads import services_by_selector, workloads
from meshctl.model.paths import Path


class StrangePort(Struct, frozen=True):
    """A port of a policy that no pod it is for has. `service` is one that has a port of that number, leading to
    `inside`; None where the number is nobody's."""

    policy: PeerAuthentication
    path: Path
    port: int
    workload: Workload
    service: Service | None
    service_port: ServicePort | None
    inside: int | None


@index(PeerAuthentication, Service, Workload, Sidecar, ConfigMap, Namespace)
def strange_ports(mesh: MeshGraph) -> tuple[StrangePort, ...]:
    """Every such port of policies whose pods declare what they listen to, or have a Service that tells."""
    return tuple(_strange_ports(mesh))


def _strange_ports(mesh: MeshGraph) -> Iterator[StrangePort]:
    for policy in mesh.all(PeerAuthentication):
        if not policy.selector or not policy.port_modes or policy.namespace == peer_policies(mesh).root:
            continue
        selected = workloads(mesh).selected_by(policy.selector, policy.namespace)
        known = {port for workload in selected for port in _ports_of(mesh, workload)}
        if not known or _has_own_listeners(mesh, policy):
            continue
        for port in policy.port_modes:
            if port not in known:
                path = ("spec", "portLevelMtls", str(port))
                yield StrangePort(policy, path, port, selected[0], *_service_with(mesh, selected[0], port))


def _ports_of(mesh: MeshGraph, workload: Workload) -> Iterator[int]:
    """The ports that the containers declare and those that Services lead to."""
    yield from (number for _, number in container_ports(workload))
    for service in services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace):
        yield from (inside for port in service.ports if (inside := port_in(workload, port)) is not None)


def _service_with(
    mesh: MeshGraph, workload: Workload, number: int
) -> tuple[Service | None, ServicePort | None, int | None]:
    for service in services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace):
        port = service.ports_by_number.get(number)
        inside = port_in(workload, port) if port else None
        if port and inside is not None:
            return service, port, inside
    return None, None, None


def _has_own_listeners(mesh: MeshGraph, policy: PeerAuthentication) -> bool:
    """Whether a Sidecar of the namespace states which ports the proxies listen on."""
    return (policy.cluster, policy.namespace) in _with_ingress(mesh)


@index(Sidecar)
def _with_ingress(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    places = sidecars_by_place(mesh).items()
    return frozenset(
        (cluster, namespace) for (cluster, namespace, _), those in places if any(s.spec.get("ingress") for s in those)
    )
