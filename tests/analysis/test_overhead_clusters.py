"""Sidecars of several clusters of one mesh: each counts its own, also where it reads the others."""

from collections.abc import Sequence
from typing import Any

import pytest

from meshctl.analysis import inject_check as injection
from meshctl.analysis import overhead as costs
from meshctl.graph.mesh import MeshGraph, UndeclaredKind
from meshctl.model.facts import Facts
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.model.usage import ProxyUse
from meshctl.sources.snapshot import Snapshot
from tests.sidecars import MI, Object, mesh

REMOTE = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "remote", "namespace": "istio-system", "labels": {"istio/multiCluster": "true"}},
}
REPLICA_SET = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": {
        "name": "cart-5d4f",
        "namespace": "shop",
        "ownerReferences": [{"kind": "Deployment", "name": "cart", "controller": True}],
    },
}


def resource(cluster: str, data: Object) -> Resource:
    group, _, version = data["apiVersion"].rpartition("/")
    metadata = data["metadata"]
    name = ResourceId(cluster, group, data["kind"], metadata.get("namespace", ""), metadata["name"])
    return Resource(name, version, data)


def graph(facts: Facts | None = None, **clusters: Sequence[Object]) -> MeshGraph:
    found = [resource(cluster, data) for cluster, objects in clusters.items() for data in objects]
    return MeshGraph(Snapshot(tuple(found)), facts=facts)


def tables(mesh: MeshGraph) -> dict[str, Any]:
    return dict(costs.overhead(mesh, []).result.tables)


@pytest.mark.parametrize("extra", [[], [REMOTE], [REMOTE, REPLICA_SET]], ids=["apart", "one mesh", "same names"])
def test_a_cluster_counts_what_is_its_own(extra: list[Object]) -> None:
    alone = tables(graph(east=[*mesh(), *extra]))
    both = tables(graph(east=[*mesh(), *extra], west=[*mesh(), *extra]))
    assert [row for row in both["overhead"] if row["cluster"] == "east"] == alone["overhead"]
    assert len(both["overhead"]) == 2 * len(alone["overhead"]) == 6
    (one,) = alone["overheadTotal"]
    east, west, every = both["overheadTotal"]
    assert east == one and {**west, "cluster": "east"} == east
    assert every["cluster"] is None and all(every[key] == 2 * one[key] for key in ("pods", "cpuRequest", "memoryUsed"))
    assert every["allPods"] == {key: 2 * value for key, value in one["allPods"].items()}


def test_the_same_pod_of_two_clusters_uses_what_it_uses_there() -> None:
    uses = [
        ProxyUse(cluster, "shop", "web-a", "Prometheus", cpu * 10**6, MI) for cluster, cpu in (("east", 5), ("west", 7))
    ]
    found = tables(graph(Facts(proxy_uses=tuple(uses)), east=[*mesh(), REMOTE], west=[*mesh(), REMOTE]))
    rows = {row["cluster"]: row["cpuUsed"] for row in found["overhead"] if row["resource"]["name"] == "web"}
    assert rows == {"east": 5, "west": 7}


@pytest.mark.parametrize("command", [costs, injection])
def test_kinds_that_are_not_declared_are_not_looked_at(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = command.overhead if command is costs else command.inject_check
    run(graph(east=mesh()), [])
    monkeypatch.setattr(command, "READS", command.READS - {KindKey("", "Namespace")})
    with pytest.raises(UndeclaredKind, match="Namespace"):
        run(graph(east=mesh()), [])
