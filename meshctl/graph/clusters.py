"""Several clusters: the graph of each, and what is in several of them under one name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import structs

from meshctl.graph.kinds.core import ConfigMap, Secret, Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshnetworks import own_clusters
from meshctl.graph.settings import Settings
from meshctl.model.facts import Facts
from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage, Snapshot

# What a control plane reads of the other clusters of its mesh; configuration it takes from its own.
_DISCOVERED: frozenset[KindKey] = frozenset({*Service.KINDS, *Workload.KINDS})
_REMOTE = "istio/multiCluster"
# What `istioctl create-remote-secret` writes.
_CLUSTER, _PREFIX = "networking.istio.io/cluster", "istio-remote-secret-"


def meshes(mesh: MeshGraph) -> tuple[MeshGraph, ...]:
    """The graph as the control plane of each cluster sees it, in order of the clusters' names; itself if it is of one.

    Where a cluster has secrets for reading others, the services and workloads of those are part of its graph too.
    """
    if len(mesh.clusters) == 1 and not _remotes((s.resource for s in mesh.all(Secret)), mesh.settings):
        return (mesh,)
    own: dict[str, list[Resource]] = {name: [] for name in mesh.clusters}
    for resource in mesh.snapshot.resources:
        own[resource.id.cluster].append(resource)
    names = {cluster: _names(resources, mesh.settings) for cluster, resources in own.items()}
    return tuple(_mesh_of(mesh, cluster, own, names) for cluster in mesh.clusters)


def _mesh_of(
    mesh: MeshGraph, cluster: str, own: Mapping[str, list[Resource]], names: Mapping[str, frozenset[str]]
) -> MeshGraph:
    snapshot, facts = mesh.snapshot, mesh.facts
    coverage = snapshot.coverage.get(cluster, Coverage())
    others = {name: names[name] for name in mesh.clusters if name != cluster}
    if coverage.inferred or coverage.has_all(Secret.KINDS, mesh.settings.istio_namespace):
        joined, more = _joined([r - names[cluster] for r in _remotes(own[cluster], mesh.settings)], others)
    else:
        # Where secrets may not be read, it may have some for all of the others.
        joined, more = list(others), False
    if more or not all(snapshot.coverage.get(name, Coverage()).has_all(_DISCOVERED) for name in joined):
        coverage = structs.replace(coverage, beyond=_DISCOVERED)
    theirs = [r for name in joined for r in own[name] if r.id.kind_key in _DISCOVERED]
    return MeshGraph(
        structs.replace(snapshot, resources=(*own[cluster], *theirs), coverage={cluster: coverage}),
        mesh.settings,
        Facts(
            states=tuple(state for state in facts.states if state.cluster == cluster),
            control_planes=tuple(each for each in facts.control_planes if each.cluster == cluster),
            differences=tuple(d for d in facts.differences if d.resource is None or d.resource.cluster == cluster),
            latencies=tuple(latency for latency in facts.latencies if latency.cluster == cluster),
            proxy_uses=tuple(use for use in facts.proxy_uses if use.cluster == cluster),
            namespace_uses=tuple(use for use in facts.namespace_uses if use.cluster == cluster),
            questions=tuple(question for question in facts.questions if question.cluster == cluster),
        ),
        cluster=cluster,
    )


def _joined(remotes: Iterable[frozenset[str]], others: Mapping[str, frozenset[str]]) -> tuple[list[str], bool]:
    """Which of the other clusters are read by one that has these secrets, and whether it reads more than those.

    `others` are what Istio calls each. One that has no known name is taken for what a secret of another name is for.
    """
    joined, strangers = set(), 0
    for names in filter(None, remotes):
        known = [cluster for cluster, its in others.items() if its & names]
        joined.update(known)
        strangers += not known
    nameless = [cluster for cluster, its in others.items() if not its]
    joined.update(nameless if strangers else ())
    return [cluster for cluster in others if cluster in joined], strangers > len(nameless)


def _remotes(resources: Iterable[Resource], settings: Settings) -> list[frozenset[str]]:
    """Of each secret for reading another cluster in the control plane's namespace, what that cluster may be called."""
    secrets = (Secret(r) for r in resources if r.id.kind_key in Secret.KINDS)
    return [
        frozenset({*s.keys, s.annotations.get(_CLUSTER, ""), s.name.removeprefix(_PREFIX)} - {""})
        for s in secrets
        if s.namespace == settings.istio_namespace and s.labels.get(_REMOTE) == "true"
    ]


def _names(resources: Iterable[Resource], settings: Settings) -> frozenset[str]:
    """What the installations of Istio in a cluster call it; none where they cannot be seen."""
    configuration = tuple(resource for resource in resources if resource.id.kind_key in ConfigMap.KINDS)
    return own_clusters(MeshGraph(Snapshot(configuration), settings))


@index(Service)
def services_of_several_clusters(mesh: MeshGraph) -> tuple[tuple[Service, ...], ...]:
    """Services of one namespace and name in several clusters of a mesh, in order of the clusters' names."""
    services = mesh.all(Service)
    if len({service.cluster for service in services}) < 2:
        return ()
    together = _together(mesh)
    found: dict[tuple[str, str, str], list[Service]] = defaultdict(list)
    for service in services:
        found[service.namespace, service.name, together[service.cluster]].append(service)
    return tuple(tuple(sorted(same, key=lambda s: s.cluster)) for _, same in sorted(found.items()) if len(same) > 1)


def _together(mesh: MeshGraph) -> Mapping[str, str]:
    """Cluster -> the first cluster of its mesh: two are of one unless their secrets were read and say nothing of it."""
    own: dict[str, list[Resource]] = {name: [] for name in mesh.clusters}
    for resource in mesh.snapshot.resources:
        own[resource.id.cluster].append(resource)
    names = {cluster: _names(resources, mesh.settings) for cluster, resources in own.items()}
    first = {cluster: cluster for cluster in own}
    for cluster, resources in own.items():
        coverage = mesh.snapshot.coverage.get(cluster, Coverage())
        others = {name: its for name, its in names.items() if name != cluster}
        joined = list(others)
        if coverage.has_all(Secret.KINDS, mesh.settings.istio_namespace):
            joined, _ = _joined([remote - names[cluster] for remote in _remotes(resources, mesh.settings)], others)
        merged = {first[name] for name in (cluster, *joined)}
        first = {name: min(merged) if its in merged else its for name, its in first.items()}
    return first
