"""Documents become resources: identity, scope, lists, order, and each identity once."""

import io
import os
from pathlib import Path

import pytest

from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Coverage


def config_map(name: str, extra: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n{extra}"


def ids(*texts: str, namespace: str = "default") -> list[str]:
    snapshot = read_files(["-"], stdin=io.BytesIO("---\n".join(texts).encode()), default_namespace=namespace)
    return [str(resource.id) for resource in snapshot.resources]


def test_identity_leaves_out_the_version() -> None:
    text = "apiVersion: networking.istio.io/v1beta1\nkind: Gateway\nmetadata: {name: g, namespace: ns}\n"
    (resource,) = read_files(["-"], stdin=io.BytesIO(text.encode())).resources
    assert resource.id == ("", "networking.istio.io", "Gateway", "ns", "g")
    assert resource.version == "v1beta1"


def test_namespaces_follow_the_scope() -> None:
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        "spec: {group: ex.io, scope: Cluster, names: {kind: Wide}}\n"
    )
    assert ids(
        config_map("a"),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: b, namespace: odd}\n",
        "apiVersion: ex.io/v1\nkind: Wide\nmetadata: {name: c, namespace: odd}\n",
        definition,
        "apiVersion: ex.io/v1\nkind: Narrow\nmetadata: {name: d, namespace: ''}\n",
        namespace="team",
    ) == [
        "ConfigMap team/a",
        "Namespace b",
        "Wide c",
        "CustomResourceDefinition x",
        "Narrow team/d",
    ]


def test_odd_names_are_texts() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s}\n"
    assert ids(text % (12, 1.5), text % ("on", "[x]")) == ["Pod 1.5/12", "Pod default/true"]
    assert ids("apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\n") == ["Pod default/job-"]


def test_managed_fields_are_dropped() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, managedFields: [{manager: x}]}\n"
    (resource,) = read_files(["-"], stdin=io.BytesIO(text.encode())).resources
    assert resource.data == {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}


def test_lists_are_expanded() -> None:
    text = (
        "apiVersion: v1\nkind: PodList\nmetadata: {resourceVersion: '1'}\nitems:\n- metadata: {name: a}\n"
        "- oops\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Service, metadata: {name: b}}]}\n"
    )
    snapshot = read_files(["-"], stdin=io.BytesIO(text.encode()))
    assert [str(resource.id) for resource in snapshot.resources] == ["Pod default/a", "Service default/b"]
    assert snapshot.resources[0].data["kind"] == "Pod"
    assert [(problem.kind, problem.location.start_line) for problem in snapshot.problems] == [("not-a-resource", 6)]


def test_a_kind_that_only_sounds_like_a_list_is_a_resource() -> None:
    assert ids("apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n") == ["AllowList default/a"]
    assert ids("apiVersion: v1\nkind: List\nitems: []\n") == []


def test_kustomizations_are_not_resources() -> None:
    text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [x.yaml]\n---\n"
    snapshot = read_files(["-"], stdin=io.BytesIO((text + config_map("a")).encode()))
    assert len(snapshot.resources) == 1
    assert not snapshot.problems


def test_the_later_of_two_definitions_stays(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(config_map("x", "data: {v: '1'}\n") + "---\n" + config_map("other"))
    (tmp_path / "b.yaml").write_text("# b\n" + config_map("x", "data: {v: '2'}\n"))
    (tmp_path / "c.yaml").write_text(config_map("x", "data: {v: '3'}\n"))
    snapshot = read_files([str(tmp_path)])
    assert [resource.data.get("data") for resource in snapshot.resources] == [None, {"v": "3"}]
    twice = [problem for problem in snapshot.problems if problem.kind == "defined-twice"]
    assert [(Path(p.location.file).name, p.location.start_line) for p in twice] == [("b.yaml", 4), ("c.yaml", 3)]
    assert all(f"{tmp_path}/a.yaml:3" in problem.message for problem in twice)
    assert not snapshot.unread


DUPLICATES = [
    (config_map("a", "data:\n  x: 1\n  y: 2\n  'x': 3\n"), ("data", "x"), 7, 5),
    (config_map("a", "data: {b: [{k: 1, k: 2}]}\n"), ("data", "b", 0, "k"), 4, 4),
    (config_map("a", "data: &d\n  on: 1\n  true: 2\n"), ("data", "true"), 6, 5),
    ('{"apiVersion": "v1", "kind": "Pod",\n"metadata": {"name": "a",\n"name": "b"}}', ("metadata", "name"), 3, 2),
    (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n"
        "- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: b\n    name: c\n",
        ("metadata", "name"),
        11,
        10,
    ),
]


@pytest.mark.parametrize(("text", "path", "line", "first"), DUPLICATES)
def test_a_key_set_twice_is_told(text: str, path: tuple[str | int, ...], line: int, first: int) -> None:
    snapshot = read_files(["-"], stdin=io.BytesIO(text.encode()))
    (problem,) = snapshot.problems
    assert (problem.kind, problem.path, problem.location.start_line) == ("duplicate-key", path, line)
    assert f"line {first}" in problem.message
    assert problem.location.source == text.split("\n")[line - 1]
    assert problem.resource in [resource.id for resource in snapshot.resources]
    assert not snapshot.unread


def test_merge_keys_are_no_duplicates() -> None:
    text = config_map("a", "data: &d {x: 1}\nmore: {<<: *d, x: 2}\nagain: {<<: [*d, {y: 1}]}\n")
    assert not read_files(["-"], stdin=io.BytesIO(text.encode())).problems


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        "b/z.yml",
        "b/a.json",
        "a.YAML",
        "b/notes.txt",
        ".git/x.yaml",
        "b/.hidden.yaml",
        "c/kustomization.yaml",
    ):
        Path(name).parent.mkdir(exist_ok=True)
        stem = name.replace("/", "-").lower()
        Path(name).write_text(
            f'{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "{stem}"}}}}'
            if "json" in name
            else config_map(stem)
        )
    os.symlink("..", "b/up")
    return tmp_path


def files(*paths: str) -> list[str]:
    return [place.file for r in read_files(paths).resources if (place := r.locate(()))]


def test_directories_are_read_recursively_in_order(folder: Path) -> None:
    assert files(".") == ["./a.YAML", "./b/a.json", "./b/z.yml"]
    assert files(f"{folder}/b/") == [f"{folder}/b/a.json", f"{folder}/b/z.yml"]


def test_a_file_given_twice_is_read_once(folder: Path) -> None:
    assert files("b/z.yml", "b", "./b/z.yml", str(folder / "b" / "z.yml")) == ["./b/z.yml", "b/a.json"]


def test_links_between_folders_end(folder: Path) -> None:
    Path("d").mkdir()
    os.symlink("../b", "d/there")
    os.symlink("../d", "b/back")
    assert files("d") == ["d/there/a.json", "d/there/z.yml"]


def test_the_order_of_the_arguments_does_not_matter(folder: Path) -> None:
    there = read_files(["a.YAML", "b", "-"], stdin=io.BytesIO(config_map("in").encode()))
    back = read_files(["-", "b", "a.YAML"], stdin=io.BytesIO(config_map("in").encode()))
    assert there.resources == back.resources
    assert [r.data for r in there.resources] == [r.data for r in back.resources]
    assert there.files == back.files == 4


def test_whole_is_what_the_caller_says() -> None:
    def coverage(whole: bool) -> Coverage:
        snapshot = read_files(["-"], stdin=io.BytesIO(config_map("a").encode()), whole=whole)
        return snapshot.coverage.get("", Coverage())

    assert coverage(True).whole is None and coverage(False).whole == frozenset()
