"""Recordings: which file is whose answer, whatever the layout."""

import json
from pathlib import Path

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.recorded import NoRecording, read_recording

BOOTSTRAP = "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump"


def dump_of(pod: str) -> str:
    node = {"id": f"sidecar~10.0.0.1~{pod}~shop.svc.cluster.local"}
    return json.dumps({"configs": [{"@type": BOOTSTRAP, "bootstrap": {"node": node}}]})


def put(root: Path, *names: str, text: str = "{}") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_a_flat_folder(tmp_path: Path) -> None:
    put(tmp_path, "web.config_dump.json", text=dump_of("web-1.shop"))
    put(tmp_path, "web.stats.json", "web.stats.prom", "web.clusters.json", "a.b.certs.json", "README.md", "mesh.yaml")
    put(tmp_path, "istiod.syncz.json", "istiod.config_dump.web.json", "istiod-x.syncz.json", text="[]")
    found = read_recording(str(tmp_path))
    assert [(p.label, p.name, p.namespace) for p in found.proxies] == [("a.b", "a.b", ""), ("web", "web-1", "shop")]
    assert sorted(found.proxies[1].files) == ["clusters", "config_dump", "stats", "stats.prom"]
    assert [(c.name, sorted(c.files)) for c in found.control_planes] == [
        ("istiod", ["config_dump.web", "syncz"]),
        ("istiod-x", ["syncz"]),
    ]


def test_a_folder_a_pod(tmp_path: Path) -> None:
    put(tmp_path, "shop/web-1/config_dump.json", "shop/web-1/stats.txt", "istio-system/istiod-5/syncz.json")
    found = read_recording(str(tmp_path))
    assert [(p.name, p.namespace, sorted(p.files)) for p in found.proxies] == [
        ("web-1", "shop", ["config_dump", "stats"])
    ]
    assert [c.name for c in found.control_planes] == ["istio-system/istiod-5"]


@pytest.mark.parametrize("name", ["config_dump.json", "web.config_dump.json", "anything"])
def test_a_single_file(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, text=dump_of("web-1.shop.eu.prod"))
    (proxy,) = read_recording(str(tmp_path / name)).proxies
    # A pod's name may have dots, a namespace has none.
    assert proxy.files.keys() == {"config_dump"}
    assert (proxy.name, proxy.namespace) == ("web-1.shop.eu", "prod")


def test_a_single_answer_of_istiod_under_any_name(tmp_path: Path) -> None:
    put(tmp_path, "now.json", text='[{"proxy": "web-1.shop"}]')
    (control_plane,) = read_recording(str(tmp_path / "now.json")).control_planes
    assert (control_plane.name, list(control_plane.files)) == ("now", ["syncz"])


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "web.stats.json", text="first")
    (proxy,) = read_recording(str(tmp_path)).proxies
    put(tmp_path, "web.stats.json", text="second")
    assert proxy.files["stats"]() == b"second"
    (tmp_path / "web.stats.json").unlink()
    with pytest.raises(BrokenAnswer, match="cannot be read: No such file"):
        proxy.files["stats"]()


def test_the_time_is_the_manifests_and_nothing_elses(tmp_path: Path) -> None:
    put(tmp_path, "web.stats.json")
    assert read_recording(str(tmp_path)).proxies[0].clock() is None
    put(tmp_path, "manifest.json", text='{"capturedAt": "2026-01-02T03:04:05Z"}')
    time = read_recording(str(tmp_path)).proxies[0].clock()
    assert time is not None and time.isoformat() == "2026-01-02T03:04:05+00:00"
    put(tmp_path, "manifest.json", text='{"capturedAt": "yesterday"}')
    assert read_recording(str(tmp_path)).proxies[0].clock() is None


def test_what_holds_no_answer_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt")
    with pytest.raises(NoRecording, match="holds no answer"):
        read_recording(str(tmp_path))
    with pytest.raises(NoRecording, match="does not exist"):
        read_recording(str(tmp_path / "none"))


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "web.stats.json").write_text("{}", encoding="utf-8")
    # Who runs the tests may be allowed to read everything.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    for path in (tmp_path, tmp_path / "web.stats.json"):
        with pytest.raises(NoRecording, match="cannot be read: permission denied"):
            read_recording(str(path))
