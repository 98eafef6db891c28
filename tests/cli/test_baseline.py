"""`meshctl baseline` and `analyze --baseline`: a repository with known faults is green until it has a new one."""

import json
from pathlib import Path

import pytest

from tests.cli.command import inside as meshctl

HEAD = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
"""
VIRTUAL_SERVICE = """\
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: app-%03d, namespace: shop}
spec:
  hosts: [app-%03d.example.com]
  http:
  - route:
    - destination:
        host: gone-%03d
"""
BASELINE = ".meshctl-baseline.json"


def write(folder: Path, count: int = 300, comment: str = "") -> None:
    text = HEAD + "".join(VIRTUAL_SERVICE % (i, i, i) for i in range(count))
    (folder / "mesh.yaml").write_text(text.replace("        host:", f"{comment}        host:"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """300 known findings, and a configuration that names their baseline."""
    write(tmp_path)
    (tmp_path / ".meshctl.yaml").write_text(f"paths: [mesh.yaml]\nbaseline: {BASELINE}\n")
    assert meshctl("analyze", "--no-config", "mesh.yaml", cwd=tmp_path).code == 1
    done = meshctl("baseline", "write", cwd=tmp_path)
    assert (done.code, done.out) == (0, f"{BASELINE} has 300 findings now (300 new, 0 gone).\n")
    return tmp_path


def test_known_findings_are_green(repository: Path) -> None:
    done = meshctl("analyze", cwd=repository)
    assert (done.code, done.out) == (0, "No problems in 301 resources of 1 file (300 in the baseline).\n")


def test_one_new_finding_is_red_on_its_line(repository: Path) -> None:
    write(repository, 301)
    done = meshctl("analyze", "-o", "concise", cwd=repository)
    assert done.code == 1
    assert [line.partition(" ")[0] for line in done.out.splitlines()] == ["mesh.yaml:3013:15:"]


def test_comments_and_another_name_of_the_file_change_nothing(repository: Path) -> None:
    write(repository, comment="        # known\n")
    (repository / "mesh.yaml").rename(repository / "renamed.yaml")
    done = meshctl("analyze", "renamed.yaml", cwd=repository)
    assert (done.code, done.out) == (0, "No problems in 301 resources of 1 file (300 in the baseline).\n")


def test_from_another_folder(repository: Path) -> None:
    (repository / "sub").mkdir()
    assert meshctl("analyze", "../mesh.yaml", cwd=repository / "sub").out.endswith("(300 in the baseline).\n")


def test_stale_entries_are_told_and_pruned(repository: Path) -> None:
    write(repository, 298)
    found = json.loads(meshctl("analyze", "-o", "json", cwd=repository).out)["findings"]
    assert [(f["code"], f["severity"], f["location"]["startLine"]) for f in found] == [
        ("MSH009", "info", 302),
        ("MSH009", "info", 303),
    ]
    assert meshctl("baseline", "check", cwd=repository).code == 1
    assert meshctl("baseline", "prune", cwd=repository).out == f"{BASELINE} has 298 findings now (2 gone).\n"
    done = meshctl("baseline", "check", cwd=repository)
    assert (done.code, done.out) == (0, "No problems in 299 resources of 1 file.\n")


def test_pruning_takes_nothing_new(repository: Path) -> None:
    write(repository, 301)
    before = (repository / BASELINE).read_text()
    assert meshctl("baseline", "prune", cwd=repository).out.endswith("(0 gone).\n")
    assert (repository / BASELINE).read_text() == before


def test_writing_keeps_what_the_run_does_not_look_at(repository: Path) -> None:
    (repository / "other.yaml").write_text(HEAD + VIRTUAL_SERVICE % (999, 999, 999))
    done = meshctl("baseline", "write", "-f", "other.yaml", cwd=repository)
    assert done.out == f"{BASELINE} has 301 findings now (1 new, 0 gone).\n"
    files = [entry["file"] for entry in json.loads((repository / BASELINE).read_text())["findings"]]
    assert files.count("mesh.yaml") == 300 and files.count("other.yaml") == 1


def test_nothing_is_written_where_not_all_could_be_read(repository: Path) -> None:
    before = (repository / BASELINE).read_text()
    (repository / "mesh.yaml").write_text(HEAD + "---\na: [\n")
    done = meshctl("baseline", "write", cwd=repository)
    assert done.code == 3 and "the baseline stays as it is" in done.err
    assert "Not read: 1 input" in done.out
    assert (repository / BASELINE).read_text() == before


def test_the_baseline_is_no_manifest(repository: Path) -> None:
    (repository / BASELINE).rename(repository / "baseline.json")
    done = meshctl("analyze", ".", "--baseline", "baseline.json", cwd=repository)
    assert (done.code, done.out) == (0, "No problems in 301 resources of 1 file (300 in the baseline).\n")


def test_a_baseline_that_is_missing_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, 1)
    done = meshctl("analyze", "mesh.yaml", "--baseline", "no.json", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "meshctl: there is no baseline no.json: `meshctl baseline write` makes one\n"
