"""Indexes over Gateways: who listens where, and on which ports traffic gets to their pods."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, numbered
from meshctl.graph.kinds.core import Service, ServicePort
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.rivals import Rivals
from meshctl.graph.selectors import selector_text
from meshctl.graph.workloads import services_by_selector, services_without_selector, workloads
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path

Pairs = frozenset[tuple[str, str]]


class Listener(Struct, frozen=True):
    """Where a Gateway listens for one host; `bind` is empty for every address."""

    cluster: str
    port: int
    host: str
    bind: str


@index(Gateway)
def gateways_by_listener(mesh: MeshGraph) -> dict[Listener, dict[Pairs, dict[Gateway, Path]]]:
    """Listener -> selector -> its Gateways, with the path of the host. Servers without port are left out."""
    found: dict[Listener, dict[Pairs, dict[Gateway, Path]]] = defaultdict(dict)
    for gateway in sorted(mesh.all(Gateway), key=lambda g: g.id):
        selector = frozenset(gateway.selector.items())
        for server in gateway.servers:
            if server.port:
                for i, host in server.hosts:
                    same = found[Listener(gateway.cluster, server.port, host, server.bind)].setdefault(selector, {})
                    same.setdefault(gateway, (*server.path, "hosts", i))
    return dict(found)


@index(Gateway, Workload)
def gateway_rivals(mesh: MeshGraph) -> Rivals[Pairs, ResourceId]:
    """Selectors of Gateways by the workloads that they share."""
    selectors = dict.fromkeys(frozenset(g.selector.items()) for g in mesh.all(Gateway))
    return Rivals({s: tuple(w.id for w in workloads(mesh).selected_by(dict(s))) for s in selectors})


@index(Gateway, Workload)
def gateways_without_workload(mesh: MeshGraph) -> tuple[tuple[Gateway, Missing], ...]:
    """Gateways that select nothing, each with what it lacks; found without an edge for each pod of the others."""
    return tuple(
        (gateway, Missing("workload", selector_text(gateway.selector), Workload.KINDS))
        for gateway in mesh.all(Gateway)
        if not workloads(mesh).selected_by(gateway.selector)
    )


class Reach(Struct, frozen=True):
    """How traffic gets to the pods of a selector: through which Services, and to which of their ports.

    `anyhow` says that they use the network of their node, so that every port of theirs can be reached. `stated` are the
    ports that Services of pods say without a doubt, of protocol TCP and by number; None where no pod was read.
    """

    services: tuple[Service, ...]
    ports: frozenset[int]
    anyhow: bool
    namespaces: tuple[str, ...]
    stated: frozenset[int] | None

    def leads_to(self, port: int) -> bool:
        """Whether a connection to this port of a gateway can arrive."""
        return self.anyhow or port in self.ports


@index(Gateway, Workload, Service)
def gateway_reach(mesh: MeshGraph) -> dict[Pairs, Reach]:
    """Selector of a Gateway -> how traffic gets to the workloads that it selects, of any namespace."""
    selectors = dict.fromkeys(frozenset(g.selector.items()) for g in mesh.all(Gateway))
    return {s: _reach(mesh, workloads(mesh).selected_by(dict(s))) for s in selectors}


def _reach(mesh: MeshGraph, selected: tuple[Workload, ...]) -> Reach:
    services: dict[Service, None] = {}
    ports: set[int] = set()
    pods = [w for w in selected if w.is_pod]
    # One without selector may send to them as well: its endpoints are made by hand.
    behind = {s for w in pods for s in services_by_selector(mesh).selecting(w.pod_labels, w.namespace)}
    behind |= {s for place in {w.namespace for w in pods} for s in services_without_selector(mesh).get(place, ())}
    for workload in selected:
        open_ports = tuple(p for c in workload.containers for _, p in numbered(c.fields.get("ports")))
        ports |= {number for p in open_ports if p.get("hostPort") and (number := integer(p.get("containerPort")))}
        for service in services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace):
            if service.type != "ExternalName":
                services[service] = None
                for port in service.ports:
                    ports.update(_arrivals(port, open_ports))
    return Reach(
        services=tuple(sorted(services, key=lambda s: s.id)),
        ports=frozenset(ports),
        anyhow=any(w.host_network for w in selected),
        namespaces=tuple(sorted({w.namespace for w in selected})),
        stated=frozenset(n for s in behind for p in s.ports for n in _stated(p)) if pods else None,
    )


def _stated(port: ServicePort) -> Iterator[int]:
    if port.protocol == "TCP":
        if port.number:
            yield port.number
        if isinstance(port.target, int):
            yield port.target


def _arrivals(port: ServicePort, open_ports: tuple[Fields, ...]) -> Iterator[int]:
    """Ports of a gateway's servers that a port of a Service serves.

    Its own number, because istiod listens on the target port for it, and the target port itself.
    """
    if (port.protocol or "TCP") != "TCP":
        return
    if port.number:
        yield port.number
    if isinstance(port.target, int):
        yield port.target
    for open_port in open_ports:
        number = integer(open_port.get("containerPort"))
        if number and isinstance(port.target, str) and open_port.get("name") == port.target:
            yield number
