"""What a VirtualService refers to: hosts, subsets, gateways, delegates."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.destinationrules import HostRules, destination_rules
from meshctl.graph.edges import Edge, relation
from meshctl.graph.hosts import EVERYWHERE, HostEntry, hosts
from meshctl.graph.kinds.core import ConfigMap, Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import (
    GENERATED,
    MESH,
    Destination,
    DestinationRule,
    Gateway,
    ServiceEntry,
    VirtualService,
    gateway_reference,
)
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.model.paths import Path


class Route(Struct, frozen=True):
    """A destination of a VirtualService with what answers for its host, None if nothing that it can see does.

    `host` is the FQDN; `clients` are the namespaces known to use the VirtualService: those it is exported to (its own
    where that is everybody) and those of its Gateways.
    """

    source: VirtualService
    to: Destination
    host: str
    entry: HostEntry | None
    clients: tuple[str, ...]


@index(VirtualService, Service, ServiceEntry)
def routes(mesh: MeshGraph) -> tuple[Route, ...]:
    """Every destination of every VirtualService, routes and mirrors, with its host looked up."""
    known = hosts(mesh)
    found = []
    for vs in mesh.all(VirtualService):
        exported = (vs.namespace if scope == EVERYWHERE else scope for scope in vs.export_to)
        clients = tuple(dict.fromkeys((*exported, *(place for place, _ in vs.gateway_references))))
        for to in vs.destinations:
            entry = known.find(to.host, vs.namespace, clients)
            found.append(Route(vs, to, known.fqdn(to.host, vs.namespace), entry, clients))
    return tuple(found)


@relation(VirtualService, Service, ServiceEntry)
def destination_hosts(mesh: MeshGraph) -> Iterator[Edge]:
    """From each destination of a route or mirror to what answers for its host; the path is that of the host."""
    for route in routes(mesh):
        path = (*route.to.path, "host")
        if route.entry is None:
            lacking = hosts(mesh).missing(route.to.host, route.source.namespace)
            yield Edge("routes_to", route.source, path, lacking, route.to.host)
        else:
            for provider in route.entry.providers:
                yield Edge("routes_to", route.source, path, provider.id, route.to.host)


class SubsetUse(Struct, frozen=True):
    """A destination with a subset, and the rules for its host that clients may use.

    `missing` is what is lacking where none of them has the subset.
    """

    route: Route
    rules: HostRules
    missing: Missing | None


@index(VirtualService, DestinationRule, Service, ServiceEntry, ConfigMap)
def subset_uses(mesh: MeshGraph) -> tuple[SubsetUse, ...]:
    """Every destination that names a subset, with the DestinationRules that it may come from."""
    return tuple(_subset_use(mesh, route) for route in routes(mesh) if route.to.subset)


def _subset_use(mesh: MeshGraph, route: Route) -> SubsetUse:
    homes = (hosts(mesh).home(route.host, ""),) if route.entry is None else route.entry.namespaces
    rules = destination_rules(mesh).visible(route.host, route.clients, homes)
    return SubsetUse(route, rules, None if route.to.subset in rules.by_subset else _missing_subset(mesh, route, rules))


@relation(VirtualService, DestinationRule, Service, ServiceEntry, ConfigMap)
def destination_subsets(mesh: MeshGraph) -> Iterator[Edge]:
    """From each destination with a subset to the DestinationRules that have it; the path is that of the subset."""
    for use in subset_uses(mesh):
        source, path, subset = use.route.source, (*use.route.to.path, "subset"), use.route.to.subset
        for rule, _ in use.rules.by_subset.get(subset, ()):
            yield Edge("references", source, path, rule.id, subset)
        if use.missing:
            yield Edge("references", source, path, use.missing, subset)


def _missing_subset(mesh: MeshGraph, route: Route, rules: HostRules) -> Missing:
    """Where a rule for the host exists, the subset belongs there; else any place of some that is not known whole."""
    home = hosts(mesh).home(route.host, "")
    places = [rules[0].namespace] if rules else [home or route.source.namespace, route.source.namespace]
    if not rules and not mesh.coverage.inferred:
        # Files are not expected to hold all places that there could be; a cluster is known to have them.
        providers = route.entry.namespaces if route.entry else (home,)
        places += [*providers, *route.clients, mesh_config(mesh).root_namespace]
    lacking = [Missing("subset", f"{route.host}/{route.to.subset}", DestinationRule.KINDS, place) for place in places]
    return next((m for m in lacking if not mesh.absence_is_proven(m)), lacking[0])


@relation(VirtualService, Gateway, KubernetesGateway)
def virtualservice_gateways(mesh: MeshGraph) -> Iterator[Edge]:
    """From each entry of a VirtualService's gateways to the Gateway; `mesh` and generated names are left out."""
    for vs in mesh.all(VirtualService):
        for i, name in vs.gateways:
            yield from _gateway(mesh, vs, ("spec", "gateways", i), name)


@relation(VirtualService, Gateway, KubernetesGateway)
def match_gateways(mesh: MeshGraph) -> Iterator[Edge]:
    """From each gateway that the match of a route names to the Gateway; `mesh` and generated names are left out."""
    for vs in mesh.all(VirtualService):
        for path, name in vs.match_gateways:
            yield from _gateway(mesh, vs, path, name)


def _gateway(mesh: MeshGraph, vs: VirtualService, path: Path, name: str) -> Iterator[Edge]:
    if name != MESH and GENERATED not in name:
        namespace, short = gateway_reference(name, vs.namespace)
        found = mesh.get(Gateway, namespace, short) or mesh.get(KubernetesGateway, namespace, short)
        lacking = Missing("gateway", f"{namespace}/{short}", Gateway.KINDS + KubernetesGateway.KINDS, namespace)
        yield Edge("references", vs, path, found.id if found else lacking, name)


@relation(VirtualService)
def delegates(mesh: MeshGraph) -> Iterator[Edge]:
    """From each delegating http route to the VirtualService that it delegates to."""
    for vs in mesh.all(VirtualService):
        for to in vs.delegates:
            namespace = to.namespace or vs.namespace
            found = mesh.get(VirtualService, namespace, to.name)
            lacking = Missing("delegate", f"{namespace}/{to.name}", VirtualService.KINDS, namespace)
            yield Edge("references", vs, (*to.path, "name"), found.id if found else lacking, to.name)
