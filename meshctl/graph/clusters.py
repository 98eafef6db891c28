"""Several clusters: the graph of each, and what is in several of them under one name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from meshctl.graph.kinds.core import Secret, Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.settings import Settings
from meshctl.model.facts import Facts
from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage

# What a control plane reads of the other clusters of its mesh; configuration it takes from its own.
_DISCOVERED: frozenset[KindKey] = frozenset({*Service.KINDS, *Workload.KINDS})
_REMOTE = "istio/multiCluster"


def meshes(mesh: MeshGraph) -> tuple[MeshGraph, ...]:
    """The graph as the control plane of each cluster sees it, in order of the clusters' names; itself if it is of one.

    Where a cluster has secrets for reading others, the services and workloads of the others are part of its graph too.
    """
    if len(mesh.clusters) == 1:
        return (mesh,)
    own: dict[str, list[Resource]] = {name: [] for name in mesh.clusters}
    for resource in mesh.snapshot.resources:
        own[resource.id.cluster].append(resource)
    return tuple(_mesh_of(mesh, name, own) for name in mesh.clusters)


def _mesh_of(mesh: MeshGraph, cluster: str, own: dict[str, list[Resource]]) -> MeshGraph:
    snapshot, facts = mesh.snapshot, mesh.facts
    coverage = snapshot.coverage.get(cluster, Coverage())
    resources = own[cluster]
    others = [name for name in mesh.clusters if name != cluster]
    # Where secrets may not be read, it may have some for all of the others.
    unknown = not coverage.unread.keys().isdisjoint(Secret.KINDS)
    remotes = len(others) if unknown else _remote_secrets(resources, mesh.settings)
    if remotes:
        resources = resources + [r for name in others for r in own[name] if r.id.kind_key in _DISCOVERED]
        read = [name for name in others if snapshot.coverage.get(name, Coverage()).has_all(_DISCOVERED)]
        if len(read) < remotes:
            coverage = _without(coverage, _DISCOVERED)
    return MeshGraph(
        replace(snapshot, resources=tuple(resources), coverage={cluster: coverage}),
        mesh.settings,
        Facts(
            states=tuple(state for state in facts.states if state.cluster == cluster),
            control_planes=tuple(each for each in facts.control_planes if each.cluster == cluster),
            differences=tuple(d for d in facts.differences if d.resource is None or d.resource.cluster == cluster),
            latencies=tuple(latency for latency in facts.latencies if latency.cluster == cluster),
            proxy_uses=tuple(use for use in facts.proxy_uses if use.cluster == cluster),
            namespace_uses=tuple(use for use in facts.namespace_uses if use.cluster == cluster),
        ),
        cluster=cluster,
    )


def _remote_secrets(resources: Iterable[Resource], settings: Settings) -> int:
    """How many secrets for reading other clusters there are in the control plane's namespace."""
    secrets = (Secret(r) for r in resources if r.id.kind_key in Secret.KINDS)
    return sum(s.namespace == settings.istio_namespace and s.labels.get(_REMOTE) == "true" for s in secrets)


def _without(coverage: Coverage, kinds: frozenset[KindKey]) -> Coverage:
    """The coverage without proof for these kinds."""
    if coverage.whole is None:
        return replace(coverage, whole=frozenset(), inferred=False)
    return replace(
        coverage,
        whole=coverage.whole - kinds,
        within={namespace: whole - kinds for namespace, whole in coverage.within.items()},
    )


@index(Service)
def services_of_several_clusters(mesh: MeshGraph) -> tuple[tuple[Service, ...], ...]:
    """Services of one namespace and name that are in more than one cluster, in order of the clusters' names."""
    services = mesh.all(Service)
    if len({service.cluster for service in services}) < 2:
        return ()
    found: dict[tuple[str, str], list[Service]] = defaultdict(list)
    for service in services:
        found[service.namespace, service.name].append(service)
    return tuple(tuple(sorted(same, key=lambda s: s.cluster)) for _, same in sorted(found.items()) if len(same) > 1)
