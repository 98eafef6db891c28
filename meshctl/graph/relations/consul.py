"""What Consul's entries and pods refer to: services, by what stands for them in Kubernetes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from meshctl.graph.consul.annotations import UPSTREAMS
from meshctl.graph.consul.chain import chains
from meshctl.graph.consul.installation import SEEN
from meshctl.graph.consul.names import ServiceKey, catalog
from meshctl.graph.consul.pods import consul_pods
from meshctl.graph.consul.references import CHAINED, named_services
from meshctl.graph.edges import Edge, EdgeKind, relation
from meshctl.graph.kinds.consul import EVERY, IngressGateway, Reference, ServiceIntentions, TerminatingGateway
from meshctl.graph.kinds.core import Service
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.view import View
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path


@relation(*SEEN)
def consul_chains(mesh: MeshGraph) -> Iterator[Edge]:
    """From routers, splitters and resolvers to the services that they are for, and to those that they lead to."""
    for view in CHAINED:
        for entry in mesh.all(view):
            for own in _services(mesh).get(catalog(mesh).own(entry), ()):
                yield Edge("references", entry, ("metadata", "name"), own)
    for named in named_services(mesh):
        if named.to and named.to != named.own:
            yield from _edges(mesh, "routes_to", named.entry, (*named.reference.path, "service"), named.to)


@relation(*SEEN)
def consul_gateways(mesh: MeshGraph) -> Iterator[Edge]:
    """From ingress and terminating gateways to the services that they lead to."""
    for ingress in mesh.all(IngressGateway):
        yield from _named(mesh, "routes_to", ingress, (found.service for found in ingress.services))
    for terminating in mesh.all(TerminatingGateway):
        yield from _named(mesh, "routes_to", terminating, terminating.services)


@relation(*SEEN)
def consul_intentions(mesh: MeshGraph) -> Iterator[Edge]:
    """From intentions to the service that they are for."""
    for entry in mesh.all(ServiceIntentions):
        yield from _named(mesh, "references", entry, [entry.destination])


@relation(*SEEN)
def consul_upstreams(mesh: MeshGraph) -> Iterator[Edge]:
    """From pods to the services that they say they call."""
    for pod in consul_pods(mesh):
        for upstream in pod.upstreams:
            key = catalog(mesh).named(pod.workload.namespace, upstream.namespace, upstream.name)
            if key and upstream.name and not upstream.problem and not upstream.beyond:
                yield from _edges(mesh, "routes_to", pod.workload, pod.annotation(UPSTREAMS), key)


def _named(
    mesh: MeshGraph,
    kind: EdgeKind,
    entry: ServiceIntentions | IngressGateway | TerminatingGateway,
    to: Iterable[Reference],
) -> Iterator[Edge]:
    for reference in to:
        key = catalog(mesh).key(entry, reference) if reference.name not in ("", EVERY) else None
        if key:
            yield from _edges(mesh, kind, entry, (*reference.path, "name"), key)


def _edges(mesh: MeshGraph, kind: EdgeKind, source: View, path: Path, to: ServiceKey) -> Iterator[Edge]:
    """To the first stage of its chain, else to the Services of its name; to nothing where it is declared otherwise."""
    known = chains(mesh)
    entry = known.routers.get(to) or known.splitters.get(to) or known.resolvers.get(to)
    targets: tuple[ResourceId | Missing, ...] = (entry.id,) if entry else _services(mesh).get(to, ())
    if not targets and not catalog(mesh).knows(to):
        targets = (catalog(mesh).missing(to),)
    for target in targets:
        yield Edge(kind, source, path, target, str(to))


@index(*SEEN)
def _services(mesh: MeshGraph) -> Mapping[ServiceKey, tuple[ResourceId, ...]]:
    """The Services of Kubernetes by the name that they have in Consul."""
    found: dict[ServiceKey, list[ResourceId]] = defaultdict(list)
    for service in mesh.all(Service):
        found[ServiceKey(catalog(mesh).place(service.namespace), service.name)].append(service.id)
    for pod in consul_pods(mesh):
        for name in pod.names:
            key = ServiceKey(catalog(mesh).place(pod.workload.namespace), name)
            found[key] += [service.id for service in pod.services[:1]]
    return {key: tuple(ids) for key, ids in found.items()}
