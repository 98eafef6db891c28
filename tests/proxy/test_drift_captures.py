"""Drift of a recorded mesh: none where all is acknowledged, one cause where there is one."""

from pathlib import Path

import pytest

from meshctl.model.difference import Hop, Sort
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.gather import Sources, gather
from tests.cli.command import inside
from tests.proxy.drifting import CAPTURES, CLUSTER, documents, mesh_of, put, recording, told, with_documents

pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason="the recorded mesh is not here")

SLICE, REVIEWS = "EndpointSlice", "reviews-1"


@pytest.mark.parametrize("name", ["synced", "rich"])
@pytest.mark.parametrize("cluster", [True, False], ids=["whole", "istio-resources-only"])
def test_what_is_acknowledged_has_no_drift(name: str, cluster: bool) -> None:
    files = [*([CLUSTER] if cluster else []), CAPTURES / name / "desired.yaml"]
    outcome = drift(mesh_of(*files), recording(name))
    assert told(outcome) == []
    assert (outcome.checked, outcome.unread, outcome.without) == (5, (), ())


def test_the_resources_of_another_time_drift() -> None:
    outcome = drift(mesh_of(CLUSTER, CAPTURES / "synced/desired.yaml"), recording("rich"))
    assert any(d.resource and d.resource.name == "reviews" for d in outcome.differences)


def test_a_rejection_is_the_one_difference_of_all_who_reject() -> None:
    outcome = drift(mesh_of(CLUSTER, CAPTURES / "nack-lua/desired.yaml"), recording("nack-lua"))
    (found,) = outcome.differences
    assert found.sort is Sort.REJECTION
    assert len(found.proxies) == 4
    assert "script load error" in found.reason
    assert {state.name for state in outcome.refused} == {name.rpartition(".")[0] for name in found.proxies}


def test_pod_that_left_the_slices_is_a_ghost(tmp_path: Path) -> None:
    cluster = documents(CLUSTER)
    position = next(i for i, d in enumerate(cluster) if d["kind"] == SLICE and d["metadata"]["name"] == REVIEWS)
    endpoints = [e for e in cluster[position]["endpoints"] if e["addresses"] != ["127.0.1.4"]]
    mesh = with_documents(put(cluster, (position, "endpoints"), endpoints), tmp_path, CAPTURES / "rich/desired.yaml")
    (found,) = drift(mesh, recording("rich")).differences
    assert (found.sort, found.running, found.hop) == (Sort.ENDPOINT_GHOST, "127.0.1.4:9080", Hop.CONTROL_PLANE)
    assert len(found.proxies) == 5


def test_pod_that_came_to_the_slices_is_missing(tmp_path: Path) -> None:
    cluster = documents(CLUSTER)
    position = next(i for i, d in enumerate(cluster) if d["kind"] == SLICE and d["metadata"]["name"] == REVIEWS)
    added = {"addresses": ["127.0.1.77"], "conditions": {"ready": True}, "nodeName": "node1"}
    endpoints = [*cluster[position]["endpoints"], added]
    mesh = with_documents(put(cluster, (position, "endpoints"), endpoints), tmp_path, CAPTURES / "rich/desired.yaml")
    (found,) = drift(mesh, recording("rich")).differences
    assert (found.sort, found.desired) == (Sort.ENDPOINT_MISSING, "127.0.1.77:9080")
    assert found.resource and (found.resource.name, found.path) == (REVIEWS, ("endpoints", 4, "addresses", 0))


def test_resource_that_is_gone_is_named(tmp_path: Path) -> None:
    wanted = [d for d in documents(CAPTURES / "rich/desired.yaml") if d["kind"] != "VirtualService"]
    outcome = drift(with_documents(wanted, tmp_path, CLUSTER), recording("rich"))
    assert {(d.resource.kind, d.resource.name) for d in outcome.differences if d.resource} == {
        ("VirtualService", "edge"),
        ("VirtualService", "reviews"),
    }
    assert {d.path for d in outcome.differences} == {("metadata", "name")}


def test_services_and_pods_alone_do_not_say_that_the_rest_is_gone(tmp_path: Path) -> None:
    """Nor does their absence in the files when istiod says what it holds: that is compared instead."""
    assert drift(mesh_of(CLUSTER), gather(Sources([str(CAPTURES / "rich/gateway.config_dump.json")]))).differences == ()
    done = inside("drift", "--dump", str(CAPTURES / "rich"), "-f", str(CLUSTER), "--no-config")
    assert (done.code, done.err) == (0, "5 proxies: no drift.\n")


TLS = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: vendor, namespace: bookinfo}
spec:
  hosts: [api.vendor.example]
  tls:
  - match: [{port: 443, sniHosts: [api.vendor.example]}]
    route: [{destination: {host: HOST, port: {number: 443}}}]
"""


@pytest.mark.parametrize(("host", "proxies"), [("api.vendor.example", 0), ("other.example", 2)])
def test_routes_by_sni_lead_where_they_should(tmp_path: Path, host: str, proxies: int) -> None:
    (tmp_path / "vendor.yaml").write_text(TLS.replace("HOST", host))
    files = (CLUSTER, CAPTURES / "rich/desired.yaml", tmp_path / "vendor.yaml")
    outcome = drift(mesh_of(*files), recording("rich"))
    found = [(d.path, len(d.proxies)) for d in outcome.differences]
    assert found == ([(("spec", "tls", 0, "route", 0, "destination"), proxies)] if proxies else [])
