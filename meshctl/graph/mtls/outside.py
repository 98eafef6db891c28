"""Ports that Services open to callers outside the cluster, and that take mutual TLS alone."""

from msgspec import Struct

from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.takings import Taking, takings


class OpenPort(Struct, frozen=True):
    """A Service for callers from outside, and its ports that refuse them."""

    service: Service
    refusing: tuple[Taking, ...]


@index(Service, ServiceEntry, Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)
def refusing_open_services(mesh: MeshGraph) -> tuple[OpenPort, ...]:
    """Services of the types LoadBalancer and NodePort with such ports."""
    if not any("STRICT" in (p.mode, *p.port_modes.values()) for p in mesh.all(PeerAuthentication)):
        return ()
    known = hosts(mesh)
    found = []
    for service in mesh.all(Service):
        if service.type in ("LoadBalancer", "NodePort"):
            for host in list(known.named(known.of_service(service.name, service.namespace)))[:1]:
                refusing = tuple(t for t in takings(mesh).of(host) if t.acceptance.what == "mutual only")
                found += [OpenPort(service, refusing)] if refusing else []
    return tuple(found)
