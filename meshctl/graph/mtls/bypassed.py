"""Ports that an annotation keeps from the proxy, and that clients use mutual TLS with all the same."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import integer
from meshctl.graph.hosts import HostEntry
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry, VirtualService
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.connection import hosts_of, judge
from meshctl.graph.mtls.sending import sends
from meshctl.graph.mtls.servers import leaves_out_ports, passed_by
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.relations.virtualservice import routes
from meshctl.graph.workloads import top_owner


class Bypassed(Struct, frozen=True):
    """A port of a Service that leads past the proxy of its pods. `workload` is what should be changed.

    `routed` says that a VirtualService sends requests there.
    """

    workload: Workload
    taking: Taking
    because: Because
    routed: bool


@index(
    DestinationRule,
    PeerAuthentication,
    VirtualService,
    Service,
    ServiceEntry,
    Workload,
    Machine,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)
def bypassed_ports(mesh: MeshGraph) -> tuple[Bypassed, ...]:
    """Every such port, once for each workload, where no DestinationRule says how to speak to it."""
    seen: dict[object, Bypassed] = {}
    for host in dict.fromkeys(_hosts(mesh)):
        for taking in takings(mesh).of(host):
            server = taking.answering.server
            if taking.answering.way != "sidecar" or not isinstance(server, Workload):
                continue
            because = passed_by(mesh, server, taking.inside)
            if because is None or not isinstance(because.view, Workload):
                continue
            sending = sends(mesh, Client(host.first.namespace), host, taking.port, server)
            if judge(sending, "plaintext only", "sidecar")[0] == "fails" and not (sending.rule and sending.rule.mode):
                above = top_owner(mesh, server)
                known = passed_by(mesh, above, taking.inside) or because
                routed = (host.host, taking.port) in _routed(mesh)
                seen.setdefault((above.id, host.host, taking.port), Bypassed(above, taking, known, routed))
    return tuple(seen.values())


def _hosts(mesh: MeshGraph) -> Iterator[HostEntry]:
    """The hosts of workloads with ports that their annotations leave out."""
    for workload in mesh.all(Workload):
        if leaves_out_ports(workload):
            yield from hosts_of(mesh, workload)


@index(VirtualService, Service, ServiceEntry)
def _routed(mesh: MeshGraph) -> frozenset[tuple[str, int]]:
    """Hosts and their ports that VirtualServices send requests to."""
    return frozenset(_routed_ports(mesh))


def _routed_ports(mesh: MeshGraph) -> Iterator[tuple[str, int]]:
    for route in routes(mesh):
        for port in route.entry.ports if route.entry else ():
            if route.to.port in (None, integer(port)):
                yield route.host, port
