"""Several control planes: a proxy belongs to the one that spoke to it last, and silence of one is no proof."""

import json
from pathlib import Path

import pytest

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxies import every_control_plane_answered, unserved_pods
from meshctl.model.facts import Facts
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.status.observe import Observation, observe
from meshctl.sources.snapshot import Snapshot

CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster"


def syncz(sent: str, *proxies: str) -> str:
    resources = {CLUSTERS: {"sent": "a", "acked": "a", "sentTime": sent}}
    return json.dumps([{"proxy": proxy, "resources": resources} for proxy in proxies])


def pod(name: str, namespace: str, container: str, ready: str = "True", **labels: str) -> Resource:
    data = {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": container, "image": "x"}]},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }
    return Resource(ResourceId("", "", "Pod", namespace, name), "v1", data)


def mesh(observed: Observation, *pods: Resource) -> MeshGraph:
    return MeshGraph(Snapshot(pods), facts=Facts(observed.states, observed.control_planes))


@pytest.fixture
def observed(tmp_path: Path) -> Observation:
    (tmp_path / "istiod-1.syncz.json").write_text(syncz("2026-01-02T03:00:00Z", "web-1.shop", "api-1.shop"))
    (tmp_path / "istiod-10.syncz.json").write_text(syncz("2026-01-02T04:00:00Z", "web-1.shop"))
    return observe(gather(Sources(dumps=[str(tmp_path)])))


def test_the_istiod_that_sent_last_serves_the_proxy(observed: Observation) -> None:
    assert [(s.name, s.control_plane) for s in observed.states] == [("api-1", "istiod-1"), ("web-1", "istiod-10")]
    assert [(c.name, len(c.serves)) for c in observed.control_planes] == [("istiod-1", 2), ("istiod-10", 1)]


@pytest.mark.parametrize(
    ("istiods", "answered"),
    [
        ([], None),
        (["istiod-1", "istiod-10"], True),
        (["istiod-1"], True),
        (["istiod-1", "istiod-10", "istiod-100"], False),
    ],
)
def test_whether_all_answered(observed: Observation, istiods: list[str], answered: bool | None) -> None:
    pods = [pod(name, "istio-system", "discovery", app="istiod") for name in istiods]
    lost = pod("lost-1", "shop", "istio-proxy")
    given = mesh(observed, *pods, lost, pod("web-1", "shop", "istio-proxy"), pod("plain-1", "shop", "web"))
    assert every_control_plane_answered(given) is answered
    found = [(each.pod.name, each.sure) for each in unserved_pods(given)]
    assert found == ([] if answered is False else [("lost-1", answered is True)])


def test_one_that_gave_no_answer_is_no_proof(tmp_path: Path) -> None:
    (tmp_path / "istiod-1.syncz.json").write_text("[]")
    (tmp_path / "istiod-2.syncz.json").write_text("connection refused")
    given = mesh(observe(gather(Sources(dumps=[str(tmp_path)]))), pod("lost-1", "shop", "istio-proxy"))
    assert every_control_plane_answered(given) is False
    assert unserved_pods(given) == ()


def test_an_istiod_that_is_not_ready_does_not_count(observed: Observation) -> None:
    old = pod("istiod-0", "istio-system", "discovery", ready="False", app="istiod")
    assert every_control_plane_answered(mesh(observed, old)) is None
