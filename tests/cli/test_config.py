"""`meshctl config`, and what the configuration does to a run."""

import json
from pathlib import Path

import pytest

from tests.cli.command import inside as meshctl

MESH = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: odd, port: 80}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mesh").mkdir()
    (tmp_path / "mesh" / "web.yaml").write_text(MESH)
    (tmp_path / ".git").mkdir()
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / ".meshctl.yaml").write_text(text)


def shown(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> dict[str, tuple[object, str]]:
    done = meshctl("config", "show", "-o", "json", *arguments, cwd=folder, env=env)
    assert (done.code, done.err) == (0, "")
    return {row["setting"]: (row["value"], row["origin"]) for row in json.loads(done.out)["settings"]}


def codes(folder: Path, *arguments: str) -> list[tuple[str, str]]:
    done = meshctl("analyze", "-o", "json", *arguments, cwd=folder)
    return [(f["code"], f["severity"]) for f in json.loads(done.out)["findings"]]


def test_each_setting_has_its_origin(folder: Path) -> None:
    configure(folder, "failOn: warning\nmesh:\n  revision: stable\nanalyzers: {ignore: [MSH]}\n")
    found = shown(folder, "--ignore", "IST0118", env={"MESHCTL_CLUSTER_DOMAIN": "corp.local"})
    assert found["failOn"] == ("warning", ".meshctl.yaml:1")
    assert found["mesh.revision"] == ("stable", ".meshctl.yaml:3")
    assert found["mesh.istioNamespace"] == ("istio-system", "default")
    assert found["mesh.clusterDomain"] == ("corp.local", "MESHCTL_CLUSTER_DOMAIN")
    assert found["analyzers.ignore"] == (["IST0118", "MSH"], "--ignore, .meshctl.yaml:4")
    assert shown(folder, "--fail-on", "never")["failOn"] == ("never", "--fail-on")
    assert shown(folder, "--no-config")["failOn"] == ("error", "default")


def test_for_people_it_reads_as_the_file(folder: Path) -> None:
    configure(folder, "failOn: warning\n")
    lines = meshctl("config", "show", cwd=folder).out.splitlines()
    assert lines[0] == "# .meshctl.yaml"
    assert [line.split() for line in lines if line.startswith("failOn")] == [
        ["failOn:", "warning", "#", ".meshctl.yaml:1"]
    ]


def test_validating_says_what_is_wrong_and_where(folder: Path) -> None:
    assert meshctl("config", "validate", cwd=folder).err.startswith("meshctl: there is no .meshctl.yaml here")
    configure(folder, "failOn: info\n")
    done = meshctl("config", "validate", cwd=folder)
    assert (done.code, done.out) == (0, ".meshctl.yaml is sound.\n")
    for text, sentence in (
        ("analyzers: {ignore: [IST0118, IST9999]}\n", ".meshctl.yaml:1:13: no check is called 'IST9999'"),
        ("severity:\n  IST9999: info\n", ".meshctl.yaml:2:3: no check is called 'IST9999'"),
        ("suppress: [{code: IST9999, resource: x}]\n", ".meshctl.yaml:1:19: no check is called 'IST9999'"),
        ("mesh: {meshConfig: gone.yaml}\n", "cannot read gone.yaml"),
        ("baseline: gone.json\n", "there is no baseline gone.json"),
    ):
        configure(folder, text)
        done = meshctl("config", "validate", cwd=folder)
        assert (done.code, done.out) == (2, "") and sentence in done.err


def test_severities_are_the_projects(folder: Path) -> None:
    assert codes(folder, "mesh") == [("IST0118", "info")]
    configure(folder, "severity: {IST: info, IST0118: error, service-port-name-unknown-protocol: warning}\n")
    assert codes(folder, "mesh") == [("IST0118", "warning")]
    configure(folder, "severity: {IST: info, IST0118: error}\n")
    assert codes(folder, "mesh") == [("IST0118", "error")]
    assert meshctl("analyze", "mesh", cwd=folder).code == 1


def test_paths_are_read_where_none_are_given(folder: Path) -> None:
    configure(folder, "paths: [mesh]\n")
    (folder / "mesh" / "sub").mkdir()
    for cwd in (folder, folder / "mesh" / "sub"):
        done = meshctl("analyze", cwd=cwd)
        assert done.code == 0 and "Found 1 info in 1 resource of 1 file." in done.out
    assert "Found 1 info in 1 resource of 1 file." in meshctl("analyze", "mesh/web.yaml", cwd=folder).out


def test_output_is_that_of_the_configuration_unless_one_is_given(folder: Path) -> None:
    configure(folder, "paths: [mesh]\noutput: [concise, json=out.json]\n")
    assert meshctl("analyze", cwd=folder).out.startswith("mesh/web.yaml:4:56: info IST0118")
    assert [f["code"] for f in json.loads((folder / "out.json").read_text())["findings"]] == ["IST0118"]
    assert meshctl("analyze", "-o", "human", cwd=folder).out.startswith("info IST0118")


@pytest.mark.parametrize(
    ("pattern", "is_read"),
    [
        ("mesh/vendor", False),
        ("mesh/vendor/**", False),
        ("**/vendor", False),
        ("**/bad.*", False),
        ("./mesh/vendor/deep/bad.yaml", False),
        ("mesh/*/bad.yaml", True),
        ("vendor", True),
        ("mesh/vend", True),
    ],
)
def test_excluded_files_are_not_read(folder: Path, pattern: str, is_read: bool) -> None:
    (folder / "mesh" / "vendor" / "deep").mkdir(parents=True)
    bad = folder / "mesh" / "vendor" / "deep" / "bad.yaml"
    bad.write_text("a: [")
    configure(folder, f'exclude: ["{pattern}"]\n')
    assert meshctl("analyze", ".", cwd=folder).code == (3 if is_read else 0)
    assert meshctl("analyze", "deep", cwd=bad.parent.parent).code == 3, "a given path is read or said to hold nothing"
    assert meshctl("analyze", str(bad), cwd=folder).code == 3


def test_what_is_suppressed_is_listed_with_its_reason(folder: Path) -> None:
    configure(folder, 'suppress: [{code: IST0118, resource: "Service *", reason: named by the chart}]\n')
    document = json.loads(meshctl("analyze", "mesh", "-o", "json", cwd=folder).out)
    assert document["findings"] == [] and document["summary"]["suppressed"] == 1
    (one,) = document["suppressed"]
    assert (one["finding"]["code"], one["by"], one["reason"]) == ("IST0118", "configuration", "named by the chart")
