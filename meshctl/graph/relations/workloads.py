"""Which workloads Services, gateways, Sidecars and subsets select, and who manages which pod."""

from collections.abc import Iterator

from meshctl.graph.edges import Edge, relation
from meshctl.graph.gateways import gateways_without_workload
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, Gateway, ServiceEntry, Sidecar
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.ruletargets import rule_target, rules_without_host
from meshctl.graph.sidecars import sidecars_without_workload
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
    path = ("spec", "workloadSelector", "labels")
    for sidecar in mesh.all(Sidecar):
        if sidecar.selector:
            inside = workloads(mesh).selected_by(sidecar.selector, sidecar.namespace)
            outside = machines(mesh).selected_by(sidecar.selector, sidecar.namespace)
            for workload in (*inside, *outside):
                yield Edge("selects", sidecar, path, workload.id)
    for sidecar, lacking in sidecars_without_workload(mesh):
        yield Edge("selects", sidecar, path, lacking)


@relation(DestinationRule, Service, ServiceEntry)
def destinationrule_hosts(mesh: MeshGraph) -> Iterator[Edge]:
    """From a DestinationRule to what answers for its host, whoever sees it; wildcards for many hosts have no edge."""
    for rule in mesh.all(DestinationRule):
        entry = rule_target(mesh, rule) if rule.host else None
        for provider in entry.providers if entry else ():
            yield Edge("references", rule, ("spec", "host"), provider.id, rule.host)
    for rule, lacking in rules_without_host(mesh):
        yield Edge("references", rule, ("spec", "host"), lacking, rule.host)


@relation(Workload)
def managed_workloads(mesh: MeshGraph) -> Iterator[Edge]:
    """From a controller to the workloads it manages; the path is that of the managed one's ownerReferences."""
    for workload in mesh.all(Workload):
        above = owner(mesh, workload)
        if above is not None:
            yield Edge("owns", above, ("metadata", "ownerReferences"), workload.id)
