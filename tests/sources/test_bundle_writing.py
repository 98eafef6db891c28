"""A bundle: the same bytes for the same input, and read back the same findings with the same proof of absence."""

import gzip
import os
import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from bench.generate import generate
from meshctl import __version__
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.bundle.proxies import ProxyFile, proxies
from meshctl.sources.bundle.writing import write_bundle
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Coverage, Snapshot
from tests.sources.bundles import CONFIG_MAP, TIME, contents, findings, packed, unpack
from tests.test_fixtures import FIXTURES

SERVICE, GATEWAY = KindKey("", "Service"), KindKey("networking.istio.io", "Gateway")
WHOLE = Coverage(whole=None, inferred=False)


def captured(path: Path) -> Snapshot:
    """Files as if they had been read from a cluster."""
    return structs.replace(read_files([str(path)]), coverage={"": WHOLE}, problems=(), unread=())


def back(tmp_path: Path, snapshot: Snapshot) -> Snapshot:
    file = str(tmp_path / "b.tar.gz")
    write_bundle(file, snapshot, time=TIME, contexts={"": "prod"})
    return read_files([file])


@pytest.mark.parametrize(
    "name",
    [
        "meshes/bookshop",
        "meshes/healthy",
        "IST0161-*/fail-*.yaml",
        "MSH404-*/*.yaml",
        "IST0158-*/*.yaml",
        "IST0002-*/*.yaml",
    ],
)
def test_the_same_findings(tmp_path: Path, name: str) -> None:
    paths = sorted(FIXTURES.glob(name))
    assert paths
    for path in paths:
        live = captured(path)
        bundle = back(tmp_path, live)
        assert findings(bundle) == findings(live)
        assert {r.id: r.version for r in bundle.resources} == {r.id: r.version for r in live.resources}
        assert not bundle.problems and not bundle.unread


def test_the_same_findings_of_a_large_mesh(tmp_path: Path) -> None:
    generate(tmp_path / "mesh", 1500, defects=0.3)
    live = captured(tmp_path / "mesh")
    assert len(findings(live)) > 20 and findings(back(tmp_path, live)) == findings(live)


def test_the_same_bytes(tmp_path: Path) -> None:
    live = captured(FIXTURES / "meshes" / "bookshop")
    files = [tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"]
    for file, resources in zip(files, (live.resources, live.resources[::-1]), strict=True):
        write_bundle(str(file), structs.replace(live, resources=resources), time=TIME)
    assert files[0].read_bytes() == files[1].read_bytes()
    with tarfile.open(files[0]) as tar:
        members = tar.getmembers()
    assert {(m.mode, m.uid, m.gid, m.uname, m.mtime, m.type) for m in members} == {
        (0o644, 0, 0, "", int(TIME.timestamp()), tarfile.REGTYPE)
    }
    names = [member.name for member in members]
    assert names[0] == "manifest.json" and names[1:] == sorted(names[1:])
    assert "resources/_/shop/Deployment.apps.json" in names and "resources/_/_/Namespace.json" in names
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_what_the_manifest_says(tmp_path: Path) -> None:
    coverage = Coverage(
        whole=frozenset({SERVICE}),
        within={"shop": frozenset({GATEWAY})},
        unread={KindKey("", "Secret"): "forbidden: Bearer hunter2hunter2"},
        inferred=False,
        version="v1.33.2",
    )
    unread = (Unread("Secret", "forbidden for https://me:hunter2@api"),)
    bundle = back(
        tmp_path, Snapshot(captured(FIXTURES / "meshes" / "healthy").resources, unread=unread, coverage={"": coverage})
    )
    kept = structs.replace(coverage, unread={KindKey("", "Secret"): "forbidden: Bearer REDACTED"})
    assert bundle.coverage == {"": kept}
    assert bundle.unread == (Unread("Secret", "forbidden for https://REDACTED@api"),)
    manifest = contents(tmp_path / "b.tar.gz")["manifest.json"].decode()
    assert '"name": "prod"' in manifest and '"time": "2026-03-01T12:30:00Z"' in manifest and __version__ in manifest


def service(cluster: str, name: str) -> Resource:
    """As a list of the API server has it: without version and kind."""
    data = {"metadata": {"name": name, "namespace": "shop", "resourceVersion": "9", "uid": cluster + name}}
    return Resource(ResourceId(cluster, "", "Service", "shop", name), "v1", data)


def test_several_clusters(tmp_path: Path) -> None:
    names = ("arn:aws:eks:eu-1:1:cluster/east", "..", "_", "west")
    resources = tuple(service(name, "web") for name in names)
    some = Coverage(frozenset({SERVICE}), inferred=False)
    bundle = back(tmp_path, Snapshot(resources, coverage=dict.fromkeys(names, some)))
    assert sorted(r.id for r in bundle.resources) == sorted(r.id for r in resources)
    assert bundle.coverage == dict.fromkeys(names, some)
    assert not any(set(name.split("/")) & {"..", "", "."} for name in contents(tmp_path / "b.tar.gz"))


def test_bundles_of_two_clusters(tmp_path: Path) -> None:
    """Each of one cluster: together they are of two, and each with its own proof."""
    for name in ("east", "west"):
        coverage = {"": Coverage(frozenset({SERVICE} if name == "east" else ()), inferred=False)}
        write_bundle(
            f"{tmp_path}/{name}.tar.gz",
            Snapshot((service("", "web"),), coverage=coverage),
            time=TIME,
            contexts={"": name},
        )
    both = read_files([f"{tmp_path}/west.tar.gz", f"{tmp_path}/east.tar.gz"])
    assert [r.id.cluster for r in both.resources] == ["east", "west"]
    assert [both.coverage[name].has_all([SERVICE]) for name in ("east", "west")] == [True, False]
    assert not both.problems


def test_two_bundles_of_one_cluster(tmp_path: Path) -> None:
    """What one lacks the other may hold; of an object in both the newer counts."""
    for number, (kind, version) in enumerate([(SERVICE, "10"), (GATEWAY, "9")]):
        resource = service("", "web")
        data = {"metadata": {**resource.data["metadata"], "resourceVersion": version}}
        unread = {GATEWAY: "forbidden", KindKey("", "Secret"): "forbidden"} if kind == SERVICE else {}
        coverage = {"": Coverage(frozenset({kind}), unread=unread, inferred=False)}
        write_bundle(
            f"{tmp_path}/{number}.tar.gz", Snapshot((replace(resource, data=data),), coverage=coverage), time=TIME
        )
    both = read_files([f"{tmp_path}/0.tar.gz", f"{tmp_path}/1.tar.gz"])
    assert [r.data["metadata"]["resourceVersion"] for r in both.resources] == ["10"] and not both.problems
    assert both.coverage[""].has_all([SERVICE, GATEWAY])
    assert both.coverage[""].unread == {KindKey("", "Secret"): "forbidden"}


def test_a_file_goes_before_a_bundle(tmp_path: Path) -> None:
    """As if it had been applied, in either order of the names, and without a word about it."""
    write_bundle(f"{tmp_path}/m.tar.gz", Snapshot((service("", "web"),), coverage={"": WHOLE}), time=TIME)
    for name in ("a.yaml", "z.yaml"):
        file = tmp_path / name
        file.write_text("apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {of: file}}\n")
        snapshot = read_files([f"{tmp_path}/m.tar.gz", str(file)])
        assert [r.data["metadata"].get("labels") for r in snapshot.resources] == [{"of": "file"}]
        assert not snapshot.problems and snapshot.coverage == {"": WHOLE}


def test_a_damaged_bundle_proves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    write_bundle(str(file), captured(FIXTURES / "meshes" / "healthy"), time=TIME)
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())[:-30_000]))
    snapshot = read_files([str(file)])
    assert snapshot.resources and snapshot.unread and not snapshot.coverage[""].has_all([SERVICE])
    assert not snapshot.coverage[""].inferred


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((b'"format": 1', b'"format": 2'), "The bundle has format 2, this meshctl reads 1: use a newer meshctl."),
        ((b'"clusters": [', b'"clusters": ['[:-1] + b"[]"), "The manifest of the bundle is damaged."),
        ((b'"clusters"', b'"cluster"'), "The manifest of the bundle is damaged."),
        ((b'"whole": null', b'"whole": [{"kind": 1, "group": ""}]'), "The manifest of the bundle is damaged."),
        ((b'"within": {}', b'"within": []'), "The manifest of the bundle is damaged."),
    ],
)
def test_a_broken_manifest(tmp_path: Path, change: tuple[bytes, bytes], sentence: str) -> None:
    file = tmp_path / "b.tar.gz"
    write_bundle(str(file), captured(FIXTURES / "meshes" / "healthy"), time=TIME)
    files = contents(file)
    assert change[0] in files["manifest.json"]
    file.write_bytes(packed({**files, "manifest.json": files["manifest.json"].replace(*change)}))
    (problem,) = read_files([str(file)]).problems
    assert problem.message == sentence and problem.location.file == f"{file}!manifest.json"


def test_an_unpacked_bundle(tmp_path: Path) -> None:
    live = captured(FIXTURES / "meshes" / "bookshop")
    bundle = back(tmp_path, live)
    for folder in ("here", "here/inner"):
        path = unpack(contents(tmp_path / "b.tar.gz"), tmp_path / folder)
        unpacked = read_files([path])
        assert findings(unpacked) == findings(bundle) and unpacked.coverage == bundle.coverage
        place = unpacked.resources[0].locate(())
        assert place and os.path.isfile(place.file)


def test_nothing_is_left_of_a_bundle_that_failed(tmp_path: Path) -> None:
    def broken():  # type: ignore[no-untyped-def]
        yield ProxyFile("", "shop", "web", "config_dump.json", b"{}")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_bundle(f"{tmp_path}/b.tar.gz", Snapshot(), time=TIME, answers=broken())
    with pytest.raises(OSError):
        write_bundle(f"{tmp_path}/no/b.tar.gz", Snapshot(), time=TIME)
    with pytest.raises(ValueError, match="config_dump is no name of an answer"):
        unnamed = ProxyFile("", "shop", "web", "config_dump", b"{}")
        write_bundle(f"{tmp_path}/b.tar.gz", Snapshot(), time=TIME, answers=[unnamed])
    assert list(tmp_path.iterdir()) == []


def test_answers_of_proxies(tmp_path: Path) -> None:
    answers = [
        ProxyFile("a/b", "shop", "web-1", "config_dump.json", b'{"configs":[]}'),
        ProxyFile("a/b", "shop", "web-1", "stats.prom", b"a 1\n"),
        ProxyFile("", "istio-system", "istiod-1", "syncz.json", b"[]", True),
    ]
    file = f"{tmp_path}/b.tar.gz"
    write_bundle(file, Snapshot((service("a/b", "web"),)), time=TIME, answers=iter(answers))
    assert list(proxies(file)) == answers
    assert [r.id.name for r in read_files([file]).resources] == ["web"]
    assert list(proxies(unpack(contents(Path(file)), tmp_path / "out"))) == sorted(
        answers, key=lambda a: not a.control_plane
    )


def test_answers_are_read_one_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    write_bundle(
        str(file),
        Snapshot(),
        time=TIME,
        answers=(ProxyFile("", "a", f"p{n}", "stats.json", os.urandom(99_999)) for n in range(20)),
    )
    file.write_bytes(file.read_bytes()[:1_000_000])
    problems: list[str] = []
    read = proxies(str(file), problems)
    assert [next(read).pod, next(read).pod] == ["p0", "p1"] and not problems
    assert len(list(read)) < 18
    assert problems[0].startswith("The archive ends too early (last file: proxies/_/a/p")


def test_an_archive_with_another_manifest(tmp_path: Path) -> None:
    """Many things are called so."""
    file = tmp_path / "x.tar.gz"
    file.write_bytes(packed({"manifest.json": '{"name": "app"}', "a.yaml": CONFIG_MAP % "a"}))
    assert [problem.kind for problem in read_files([str(file)]).problems] == ["not-a-resource"]
