"""The states of a recorded mesh: synced and rich have none that is wrong, the others one cause each."""

import json
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from meshctl.analysis.proxy_status import proxy_status
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxies import unserved_pods
from meshctl.model.facts import Facts
from meshctl.model.finding import Finding
from meshctl.model.proxystate import Sync
from meshctl.model.severity import Severity
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.status.observe import Observation, observe
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

CHECKS = load()
SIDECARS = [
    "bookinfo/productpage-v1-7bbd79f59-abcde",
    "bookinfo/ratings-v1-6484c4d9bb-ddddd",
    "bookinfo/reviews-v1-5896f547f5-aaaaa",
    "bookinfo/reviews-v1-5896f547f5-fffff",
]


def seen(folder: Path) -> Observation:
    return observe(gather(Sources(dumps=[str(folder)])))


def findings(folder: Path, *files: Path) -> list[Finding]:
    """As the command has them: the resources of files come before those that istiod holds."""
    observed = seen(folder)
    snapshot = read_files([str(file) for file in files]) if files else Snapshot()
    own = {resource.id for resource in snapshot.resources}
    known = tuple(resource for resource in observed.resources if resource.id not in own)
    snapshot = structs.replace(snapshot, resources=snapshot.resources + known)
    mesh = MeshGraph(snapshot, facts=Facts(observed.states, observed.control_planes))
    return list(proxy_status(mesh, CHECKS).result.findings)


@pytest.mark.parametrize("name", ["synced", "rich"])
def test_nothing_is_wrong(captures: Path, name: str) -> None:
    observed = seen(captures / name)
    assert [s.id for s in observed.states] == [*SIDECARS, "istio-system/istio-ingressgateway-6f9c4d7b5-zzzzz"]
    assert {s.sync for s in observed.states} == {Sync.SYNCED}
    assert {s.kind for s in observed.states} == {"sidecar", "router"}
    assert observed.unread == ()
    assert findings(captures / name) == findings(captures / name, captures / name / "desired.yaml") == []


def test_the_envoyfilter_is_named_once_with_its_line(captures: Path) -> None:
    desired = captures / "nack-lua/desired.yaml"
    for given, file in (((desired,), str(desired)), ((), None)):
        (finding,) = findings(captures / "nack-lua", *given)
        assert (finding.code, finding.severity) == ("MSH201", Severity.ERROR)
        assert str(finding.resource) == "EnvoyFilter bookinfo/broken-lua"
        assert (finding.location.file if finding.location else None) == file
        assert "4 proxies refuse their listeners" in finding.message
        assert all(name in finding.message for name in (*SIDECARS, "0.0.0.0_9080", "127.0.0.1_9080"))
        assert "\"function envoy_on_request(handle) this is not...\"]:1: '=' expected near 'is'" in finding.message
        assert "gateway" not in finding.message
        assert file is None or (finding.location is not None and "applyTo: HTTP_FILTER" in finding.location.source)


def test_without_istiod_the_proxies_say_the_same(captures: Path, tmp_path: Path) -> None:
    for file in (captures / "nack-lua").iterdir():
        if not file.name.startswith("istiod"):
            shutil.copy(file, tmp_path)
    (finding,) = findings(tmp_path, captures / "nack-lua/desired.yaml")
    assert str(finding.resource) == "EnvoyFilter bookinfo/broken-lua"
    assert all(name in finding.message for name in SIDECARS)
    states = {s.id: s for s in seen(tmp_path).states}
    assert states[SIDECARS[0]].connected is True
    assert {s.sync for i, s in states.items() if i in SIDECARS} == {Sync.ERROR}
    assert states["istio-system/istio-ingressgateway-6f9c4d7b5-zzzzz"].sync is Sync.ACCEPTED


def test_one_proxy_does_not_answer(captures: Path) -> None:
    (finding,) = findings(captures / "stale")
    assert (finding.code, str(finding.resource)) == ("MSH202", "Pod bookinfo/ratings-v1-6484c4d9bb-ddddd")
    assert "(CDS, LDS, RDS, EDS)" in finding.message and "productpage" not in finding.message


def test_the_time_of_the_recording_decides(captures: Path, tmp_path: Path) -> None:
    shutil.copy(captures / "stale/istiod.syncz.json", tmp_path)
    for taken, count in (("2026-11-21T03:07:21Z", 0), ("2026-11-21T03:08:21Z", 1)):
        (tmp_path / "manifest.json").write_text(json.dumps({"capturedAt": taken}))
        assert len(findings(tmp_path)) == count, taken


def test_pods_that_no_istiod_serves(captures: Path) -> None:
    """The recorded mesh ran five proxies; its cluster has more pods with one. How many istiods it had is not told."""
    (found,) = findings(captures / "synced", captures / "cluster.yaml")
    assert (found.code, found.severity) == ("MSH203", Severity.INFO)
    assert all(f"bookinfo/{name}-" in found.message for name in ("reviews-v2", "reviews-v3", "details-v1"))
    assert len(found.related) == 2


def test_every_state_is_of_a_pod_of_the_cluster(captures: Path) -> None:
    observed = seen(captures / "synced")
    mesh = MeshGraph(
        read_files([str(captures / "cluster.yaml")]), facts=Facts(observed.states, observed.control_planes)
    )
    served = {(s.namespace, s.name) for s in observed.states}
    assert not served & {(each.pod.namespace, each.pod.name) for each in unserved_pods(mesh)}
