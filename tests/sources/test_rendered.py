"""Kustomizations and charts are rendered by their own tools, and traced back to their files."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from meshctl.model.paths import Path as FieldPath
from meshctl.sources.errors import InputError
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - name: http\n    port: 80\n"
BUILT = """\
apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  name: made-k5h2
---
apiVersion: v1
kind: Service
metadata:
  labels:
    added: here
  name: p-web
  namespace: prod
spec:
  ports:
  - name: http
    port: 80
"""


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH beside the shell's own commands: no renderer but those a test puts there."""
    for name in ("cat", "sleep"):
        found = shutil.which(name)
        assert found
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "bin"


@pytest.fixture
def overlay(bin_folder: Path, tmp_path: Path) -> str:
    for folder in ("base", "prod"):
        (tmp_path / folder).mkdir()
    (tmp_path / "base/kustomization.yaml").write_text("resources: [service.yaml, https://example.com/x]\n")
    (tmp_path / "base/service.yaml").write_text(SERVICE)
    (tmp_path / "prod/kustomization.yaml").write_text(
        "# prod\nnamespace: prod\nnamePrefix: p-\nresources: [../base, ../prod]\n"
    )
    (tmp_path / "prod/not-read.yaml").write_text("a: 1\n")
    (tmp_path / "built.yaml").write_text(BUILT)
    return "prod"


def places(snapshot: Snapshot, index: int, *paths: FieldPath) -> list[str]:
    found = [snapshot.resources[index].locate(path) for path in paths]
    return [f"{place.file}:{place.start_line}:{place.source.strip()}" for place in found if place]


def test_a_kustomization_is_built_and_traced(overlay: str, bin_folder: Path, tmp_path: Path) -> None:
    program(bin_folder, "kustomize", f'[ "$1 $2" = "build prod" ] && cat {tmp_path}/built.yaml')
    snapshot = read_files([overlay])
    assert [str(resource.id) for resource in snapshot.resources] == [
        "ConfigMap default/made-k5h2",
        "Service prod/p-web",
    ]
    assert not snapshot.problems
    assert places(snapshot, 1, ("spec", "ports", 0, "port"), ("metadata", "name"), ("metadata", "labels", "added")) == [
        "base/service.yaml:8:port: 80",
        "base/service.yaml:4:name: web",
        "prod/kustomization.yaml:2:namespace: prod",
    ]
    assert places(snapshot, 0, ("data", "a")) == ["prod/kustomization.yaml:2:namespace: prod"]


def test_kubectl_stands_in_for_kustomize(overlay: str, bin_folder: Path, tmp_path: Path) -> None:
    program(bin_folder, "kubectl", f'[ "$1 $2" = "kustomize prod" ] && cat {tmp_path}/built.yaml')
    assert len(read_files([overlay]).resources) == 2


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
def test_the_real_kubectl(overlay: str, bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath + ":/usr/bin:/usr/local/bin")
    (tmp_path / "base/kustomization.yaml").write_text("resources: [service.yaml]\n")
    (tmp_path / "prod/kustomization.yaml").write_text("namespace: prod\nnamePrefix: p-\nresources: [../base]\n")
    snapshot = read_files([overlay])
    assert [str(resource.id) for resource in snapshot.resources] == ["Service prod/p-web"]
    assert places(snapshot, 0, ("spec", "ports", 0, "name")) == ["base/service.yaml:7:- name: http"]
    (tmp_path / "prod/kustomization.yaml").write_text("resources: [nowhere.yaml]\n")
    (problem,) = read_files([overlay]).problems
    assert "nowhere.yaml" in problem.message


def test_a_kustomization_below_a_given_folder_is_not_built(overlay: str, bin_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "prod/not-read.yaml").unlink()
    snapshot = read_files(["."])
    assert len(snapshot.resources) == 3
    assert not snapshot.problems


def test_without_a_renderer_the_pipe_is_named(overlay: str, bin_folder: Path) -> None:
    with pytest.raises(InputError, match=r"`kustomize build prod \| meshctl analyze -`"):
        read_files([overlay])
    with pytest.raises(InputError, match=r"`helm template charts/web \| meshctl analyze -`"):
        read_files([], helm=["charts/web"])


FAILURES = [
    ("echo first >&2; echo 'Error: it broke.' >&2; exit 1", "kustomize build failed: it broke."),
    ("exit 3", "kustomize build failed: exit code 3."),
    (
        """echo 'E1121 04:52:13.4 1 run.go:72] "command failed" err="no \\"x\\" here"' >&2; exit 1""",
        'kustomize build failed: no "x" here.',
    ),
    ("exec sleep 60", "kustomize build did not end within 0.2 seconds."),
]


@pytest.mark.parametrize(("script", "message"), FAILURES)
def test_a_failing_renderer_is_told_and_costs_nothing_else(
    overlay: str, bin_folder: Path, tmp_path: Path, script: str, message: str
) -> None:
    program(bin_folder, "kustomize", script)
    snapshot = read_files([overlay, "base/service.yaml"], timeout=0.2 if "sleep" in script else 20)
    (problem,) = snapshot.problems
    assert (problem.kind, problem.message, problem.location.file) == ("not-parsed", message, "prod/kustomization.yaml")
    assert [unread.what for unread in snapshot.unread] == ["prod"]
    assert len(snapshot.resources) == 1


CHART = """\
---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: one}
---
# Source: web/charts/sub/templates/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: sub}
---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: two}
"""


def test_a_chart_is_rendered_template_by_template(bin_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "charts/web/templates").mkdir(parents=True)
    (tmp_path / "charts/web/templates/service.yaml").write_text("{{ template }}")
    (tmp_path / "values.yaml").write_text("")
    (tmp_path / "chart.yaml").write_text(CHART)
    program(bin_folder, "helm", f'echo "$@" > {tmp_path}/arguments; cat {tmp_path}/chart.yaml')
    snapshot = read_files([], helm=["charts/web"], helm_values=["values.yaml"], default_namespace="team")
    assert (tmp_path / "arguments").read_text().split() == [
        *("template", "release-name", "charts/web", "--namespace", "team", "--values", "values.yaml")
    ]
    found = {str(r.id): places(snapshot, i, ("metadata", "name")) for i, r in enumerate(snapshot.resources)}
    assert found == {
        "Service team/one": ["charts/web/templates/service.yaml:5:metadata: {name: one}"],
        "Service team/two": ["charts/web/templates/service.yaml:10:metadata: {name: two}"],
        "Pod team/sub": ["web/charts/sub/templates/pod.yaml:5:metadata: {name: sub}"],
    }
    assert snapshot.inputs == ("charts/web",)


def test_a_missing_values_file_is_the_callers_mistake(bin_folder: Path) -> None:
    with pytest.raises(InputError, match="no-values"):
        read_files([], helm=["chart"], helm_values=["no-values.yaml"])
