"""Suppressions as users meet them: in kustomizations, on the exit code, and with fingerprints that stay."""

import json
from pathlib import Path

import pytest

from tests.cli.command import ROOT
from tests.cli.command import inside as meshctl

MESHES = sorted(path for path in (ROOT / "fixtures/meshes").iterdir() if path.is_dir())
SERVICE = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web.example.com]
  http:
  - route:
    - destination:
        host: gone%s
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
"""


def fingerprints(folder: Path) -> list[tuple[str, str]]:
    document = json.loads(meshctl("analyze", "--no-config", "--no-cache", "-o", "json", ".", cwd=folder).out)
    return sorted((f["fingerprint"], f["code"]) for f in document["findings"] if f["code"] != "MSH002")


@pytest.mark.parametrize("mesh", MESHES, ids=lambda path: path.name)
def test_comment_lines_change_no_fingerprint(mesh: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for file in mesh.rglob("*.yaml"):
        for folder in (before, after):
            (folder / file.relative_to(mesh)).parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text()
        (before / file.relative_to(mesh)).write_text(text)
        (after / file.relative_to(mesh)).write_text("# one\n\n" + text.replace("\n---\n", "\n---\n# and one\n"))
    assert fingerprints(after) == fingerprints(before)


@pytest.mark.parametrize("format_name", ["human", "concise", "json", "sarif", "junit"])
def test_a_suppressed_finding_fails_no_run(tmp_path: Path, format_name: str) -> None:
    (tmp_path / "web.yaml").write_text(SERVICE % "")
    assert meshctl("analyze", "web.yaml", "-o", format_name, cwd=tmp_path).code == 1
    (tmp_path / "web.yaml").write_text(SERVICE % "  # meshctl: ignore[IST0101] soon")
    assert meshctl("analyze", "web.yaml", "-o", format_name, cwd=tmp_path).code == 0


def test_comments_in_the_files_of_a_kustomization(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "web.yaml").write_text(SERVICE % "  # meshctl: ignore[IST0101, MSH405] soon")
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    (tmp_path / "kustomization.yaml").write_text("resources: [base]\n")
    done = meshctl("analyze", ".", "-o", "json", cwd=tmp_path)
    if "installed" in done.err:
        pytest.skip("there is no kustomize")
    document = json.loads(done.out)
    assert [(one["finding"]["code"], one["by"]) for one in document["suppressed"]] == [("IST0101", "comment")]
    assert [(f["code"], f["location"]["file"], f["location"]["startLine"]) for f in document["findings"]] == [
        ("MSH007", "base/web.yaml", 9)
    ]
