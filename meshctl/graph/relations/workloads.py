"""Which workloads Services, gateways, Sidecars and subsets select, and who manages which pod."""

from collections.abc import Iterator

from meshctl.graph.edges import Edge, relation
from meshctl.graph.gateways import gateways_without_workload
from meshctl.graph.hosts import Hosts, hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, Gateway, ServiceEntry, Sidecar
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.selectors import selector_text
from meshctl.graph.workloads import machines, owner, workloads


@relation(Service, Workload)
def service_workloads(mesh: MeshGraph) -> Iterator[Edge]:
    """From a Service to the workloads behind it. A Service without pods is an ordinary thing: no edge is missing."""
    for service in mesh.all(Service):
        if service.selector:
            for workload in workloads(mesh).selected_by(service.selector, service.namespace):
                yield Edge("exposes", service, ("spec", "selector"), workload.id)


@relation(Gateway, Workload)
def gateway_workloads(mesh: MeshGraph) -> Iterator[Edge]:
    """From a Gateway to the workloads that serve it, of any namespace."""
    path = ("spec", "selector")
    for gateway in mesh.all(Gateway):
        for workload in workloads(mesh).selected_by(gateway.selector):
            yield Edge("selects", gateway, path, workload.id)
    for gateway, lacking in gateways_without_workload(mesh):
        yield Edge("selects", gateway, path, lacking)


@relation(Sidecar, Workload, Machine)
def sidecar_workloads(mesh: MeshGraph) -> Iterator[Edge]:
    """From a Sidecar with a selector to the workloads and machines of its namespace that it is for."""
    for sidecar in mesh.all(Sidecar):
        if not sidecar.selector:
            continue
        inside = workloads(mesh).selected_by(sidecar.selector, sidecar.namespace)
        outside = machines(mesh).selected_by(sidecar.selector, sidecar.namespace)
        path = ("spec", "workloadSelector", "labels")
        for workload in (*inside, *outside):
            yield Edge("selects", sidecar, path, workload.id)
        if not inside and not outside:
            kinds = (*Workload.KINDS, *Machine.KINDS)
            lacking = Missing("workload", selector_text(sidecar.selector), kinds, sidecar.namespace)
            yield Edge("selects", sidecar, path, lacking)


@relation(DestinationRule, Service, ServiceEntry)
def destinationrule_hosts(mesh: MeshGraph) -> Iterator[Edge]:
    """From a DestinationRule to what answers for its host, whoever sees it; wildcards for many hosts have no edge."""
    known = hosts(mesh)
    for rule in mesh.all(DestinationRule):
        if not rule.host:
            continue
        entry = known.find(rule.host, rule.namespace) or known.hidden(rule.host, rule.namespace)
        if entry is not None:
            for provider in entry.providers:
                yield Edge("references", rule, ("spec", "host"), provider.id, rule.host)
        elif not _for_many(known, rule.host):
            yield Edge("references", rule, ("spec", "host"), known.missing(rule.host, rule.namespace), rule.host)


def _for_many(known: Hosts, host: str) -> bool:
    """Whether a wildcard is a rule for the whole mesh, or for hosts that exist."""
    mesh_wide = host.startswith("*") and f".svc.{known.domain}".endswith(host[1:])
    return mesh_wide or known.any_below(host)


@relation(Workload)
def managed_workloads(mesh: MeshGraph) -> Iterator[Edge]:
    """From a controller to the workloads it manages; the path is that of the managed one's ownerReferences."""
    for workload in mesh.all(Workload):
        above = owner(mesh, workload)
        if above is not None:
            yield Edge("owns", above, ("metadata", "ownerReferences"), workload.id)
