"""Which clusters are of one mesh, and what is then known to be in it."""

from collections.abc import Iterable
from typing import Any

import pytest

from meshctl.graph.clusters import meshes, services_of_several_clusters
from meshctl.graph.kinds.core import Secret, Service
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.settings import Settings
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage, Snapshot

KINDS = frozenset({*Secret.KINDS, *Service.KINDS, KindKey("", "ConfigMap"), KindKey("apps", "Deployment")})
HOST = Missing("host", "gone.shop.svc.cluster.local", Service.KINDS, "shop")


def thing(cluster: str, kind: str, namespace: str, name: str, **data: Any) -> Resource:
    metadata = {"name": name, "namespace": namespace, **data.pop("metadata", {})}
    body = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **data}
    return Resource(ResourceId(cluster, "", kind, namespace, name), "v1", body)


def installed(cluster: str, name: str) -> Resource:
    """The injector of an Istio that calls its cluster so."""
    values = f'{{"global": {{"multiCluster": {{"clusterName": "{name}"}}}}}}'
    return thing(cluster, "ConfigMap", "istio-system", "istio-sidecar-injector", data={"values": values})


def secret(cluster: str, of: str) -> Resource:
    """What lets the control plane of a cluster read another; only the name and labels of it were read."""
    labels = {"labels": {"istio/multiCluster": "true"}}
    return thing(cluster, "Secret", "istio-system", f"istio-remote-secret-{of}", metadata=labels)


def mesh(resources: Iterable[Resource], *clusters: str, unread: str = "") -> MeshGraph:
    """Clusters of which everything was read, but for the Secrets of one."""
    every = Coverage(whole=None, inferred=False)
    hidden = Coverage(whole=KINDS - set(Secret.KINDS), unread=dict.fromkeys(Secret.KINDS, "forbidden"), inferred=False)
    coverage = {cluster: hidden if cluster == unread else every for cluster in clusters}
    return MeshGraph(Snapshot(tuple(resources), coverage=coverage), Settings())


def shop(cluster: str) -> Resource:
    return thing(cluster, "Service", "shop", "web")


def seen(graph: MeshGraph) -> dict[str, list[str]]:
    """Of which clusters each cluster sees services."""
    return {part.clusters[0]: sorted(s.cluster for s in part.all(Service)) for part in meshes(graph)}


THREE = [*map(shop, ("a", "b", "c")), installed("a", "east"), installed("b", "west"), installed("c", "lab")]


def test_a_secret_joins_the_cluster_that_it_names_and_no_other() -> None:
    graph = mesh([*THREE, secret("a", "west"), secret("b", "east")], "a", "b", "c")
    assert seen(graph) == {"a": ["a", "b"], "b": ["a", "b"], "c": ["c"]}
    assert all(part.absence_is_proven(HOST) for part in meshes(graph))
    ((first, second),) = services_of_several_clusters(graph)
    assert (first.cluster, second.cluster) == ("a", "b")


def test_clusters_without_secrets_are_strangers() -> None:
    graph = mesh(THREE, "a", "b", "c")
    assert seen(graph) == {"a": ["a"], "b": ["b"], "c": ["c"]}
    assert services_of_several_clusters(graph) == ()


def test_a_cluster_without_a_known_name_may_be_the_one() -> None:
    graph = mesh([shop("a"), shop("b"), installed("a", "east"), secret("a", "west")], "a", "b")
    assert seen(graph) == {"a": ["a", "b"], "b": ["b"]}
    assert len(services_of_several_clusters(graph)) == 1


def test_where_secrets_may_not_be_read_all_may_be_one_mesh() -> None:
    graph = mesh(THREE, "a", "b", "c", unread="b")
    ((*together,),) = services_of_several_clusters(graph)
    assert [service.cluster for service in together] == ["a", "b", "c"]


def test_secrets_of_another_namespace_say_nothing_of_clusters() -> None:
    within = Coverage(within={"shop": KINDS}, inferred=False)
    graph = MeshGraph(Snapshot((shop("a"), shop("b")), coverage={"a": within, "b": within}), Settings())
    assert seen(graph) == {"a": ["a", "b"], "b": ["a", "b"]}


@pytest.mark.parametrize("clusters", [("a",), ("a", "c")])
def test_what_a_cluster_that_was_not_read_has_is_not_known(clusters: tuple[str, ...]) -> None:
    resources = [r for r in [*THREE, secret("a", "west")] if r.id.cluster in clusters]
    first, *others = meshes(mesh(resources, *clusters))
    assert not first.absence_is_proven(HOST)
    assert first.absence_is_proven(Missing("gateway", "x", (KindKey("networking.istio.io", "Gateway"),), "shop"))
    assert all(other.absence_is_proven(HOST) for other in others)


def test_the_own_cluster_is_no_other() -> None:
    (alone,) = meshes(mesh([shop("a"), installed("a", "east"), secret("a", "east")], "a"))
    assert alone.absence_is_proven(HOST)
