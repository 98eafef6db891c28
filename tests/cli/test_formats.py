"""Formats as a CI job uses them: several in one run, one exit code whatever the format, files seen from the root."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from meshctl.reports.formats import FORMATS
from tests.cli.command import inside as meshctl

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
ROUTE = """---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart.example.com]
  http:
  - route:
    - destination: {host: cartz}
"""
OUTCOMES = {
    "clean": (NAMESPACE, [], 0),
    "findings": (NAMESPACE + ROUTE, [], 1),
    "suppressed": (NAMESPACE + ROUTE, ["--suppress", "ALL=VirtualService shop/cart"], 0),
    "partial": (f"{NAMESPACE}---\na: [\n", [], 3),
    "failed": (NAMESPACE, ["--select", "NOPE1"], 2),
}
# Where the run is run; nothing of the job that runs the tests.
OUTSIDE = {"GITHUB_WORKSPACE": "", "CI_PROJECT_DIR": "", "GITHUB_STEP_SUMMARY": ""}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_exit_code_is_the_same_in_every_format(tmp_path: Path, outcome: str) -> None:
    text, flags, code = OUTCOMES[outcome]
    (tmp_path / "mesh.yaml").write_text(text)
    every = [flag for name in FORMATS for flag in ("-o", f"{name}={tmp_path / name}.txt")]
    done = meshctl("analyze", "--no-config", "mesh.yaml", *flags, *every, cwd=tmp_path, env=OUTSIDE)
    assert (done.code, done.out) == (code, ""), done.err
    written = {name: (tmp_path / f"{name}.txt") for name in FORMATS}
    if outcome == "failed":
        assert {name for name, file in written.items() if not file.exists()} == {"human", "concise"}
    said = {
        "json": json.loads(written["json"].read_text()).get("error", {}).get("exitCode", code),
        "yaml": yaml.safe_load(written["yaml"].read_text()).get("error", {}).get("exitCode", code),
        "sarif": json.loads(written["sarif"].read_text())["runs"][0]["invocations"][0]["exitCode"],
        "prometheus": int(written["prometheus"].read_text().partition("\nmeshctl_exit_code ")[2].split("\n")[0]),
        "html": int(written["html"].read_text().partition('"exit":')[2].partition(",")[0]),
    }
    assert set(said.values()) == {code}
    suites = ET.fromstring(written["junit"].read_text())
    assert (suites.get("failures"), suites.get("errors")) == ("01"[code in (1, 3)], "01"[code > 1])
    assert bool(json.loads(written["gitlab"].read_text())) == bool(code)
    assert written["github"].read_text().count("::error ") == bool(code)


@pytest.mark.parametrize("format_name", [name for name in FORMATS if name not in ("human", "concise", "json")])
def test_one_format_goes_to_stdout_beside_files(tmp_path: Path, format_name: str) -> None:
    (tmp_path / "mesh.yaml").write_text(NAMESPACE + ROUTE)
    flags = ["-o", format_name, "-o", "json=x.json", "-o", f"{format_name}=again.txt"]
    done = meshctl("analyze", "--no-config", "mesh.yaml", *flags, cwd=tmp_path, env=OUTSIDE)
    assert done.code == 1 and "IST0101" in done.out
    # Text on stdout fits what it shows: a file is the same where that makes no difference.
    assert (tmp_path / "again.txt").read_text() == done.out
    assert json.loads((tmp_path / "x.json").read_text())["findings"]


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", ""])
def test_files_are_seen_from_the_repository(tmp_path: Path, variable: str) -> None:
    deploy = tmp_path / "deploy" / "shop"
    deploy.mkdir(parents=True)
    (deploy / "mesh.yaml").write_text(NAMESPACE + ROUTE)
    if not variable:
        (tmp_path / ".git").mkdir()
    env = {**OUTSIDE, **({variable: str(tmp_path)} if variable else {})}
    for path in ("mesh.yaml", "../shop", str(deploy)):
        flags = ["-o", "github", "-o", "gitlab=issues.txt"]
        done = meshctl("analyze", "--no-config", path, *flags, cwd=deploy, env=env)
        assert done.out.startswith("::error file=deploy/shop/mesh.yaml,line=12,endLine=12,col=27,endColumn=32,"), path
        (issue,) = json.loads((deploy / "issues.txt").read_text())
        assert issue["location"]["path"] == "deploy/shop/mesh.yaml"


def test_a_summary_of_the_step_is_added_to_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(NAMESPACE + ROUTE)
    (tmp_path / "summary.md").write_text("before\n")
    env = {**OUTSIDE, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    assert meshctl("analyze", "--no-config", "mesh.yaml", "-o", "github", cwd=tmp_path, env=env).code == 1
    assert meshctl("analyze", "--no-config", "nope.yaml", "-o", "github", cwd=tmp_path, env=env).code == 2
    assert meshctl("analyze", "--no-config", "mesh.yaml", "-o", "concise", cwd=tmp_path, env=env).code == 1
    text = (tmp_path / "summary.md").read_text()
    assert text.startswith("before\n### meshctl: 1 error\n\n| | Where | What |\n")
    assert text.count("### meshctl") == 2 and "### meshctl failed\n\nnope.yaml does not exist" in text


def test_sarif_of_what_is_suppressed(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(NAMESPACE + ROUTE)
    flags = ["--suppress", "ALL=VirtualService shop/cart", "-o", "sarif"]
    results = []
    for more in ([], ["--sarif-suppressed"]):
        done = meshctl("analyze", "--no-config", "mesh.yaml", *flags, *more, cwd=tmp_path, env=OUTSIDE)
        assert done.code == 0
        results.append(json.loads(done.out)["runs"][0]["results"])
    assert results[0] == []
    assert [found["suppressions"] for found in results[1]] == [[{"kind": "external"}]]


def test_reports_are_no_input_of_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(NAMESPACE)
    flags = ["-o", "gitlab=issues.json", "-o", "yaml=./report.yaml", "-o", "json"]
    for _ in range(2):
        done = meshctl("analyze", "--no-config", ".", *flags, cwd=tmp_path, env=OUTSIDE)
        assert (done.code, json.loads(done.out)["summary"]["unread"]) == (0, [])
    assert (tmp_path / "issues.json").read_text() == "[]\n"


def test_metrics_are_replaced_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(NAMESPACE)
    (tmp_path / "mesh.prom").write_text("of the last run")
    before = (tmp_path / "mesh.prom").stat().st_ino
    assert meshctl("analyze", "--no-config", "mesh.yaml", "-o", "prometheus=mesh.prom", cwd=tmp_path).code == 0
    assert (tmp_path / "mesh.prom").stat().st_ino != before
    assert "meshctl_exit_code 0\n" in (tmp_path / "mesh.prom").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mesh.prom", "mesh.yaml"]


def test_the_order_of_files_changes_no_byte(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NAMESPACE + ROUTE)
    (tmp_path / "b.yaml").write_text(ROUTE.replace("name: cart", "name: other").removeprefix("---\n"))
    reports = []
    for number, files in enumerate((("a.yaml", "b.yaml"), ("b.yaml", "a.yaml"))):
        every = [flag for name in FORMATS for flag in ("-o", f"{name}={name}-{number}.txt")]
        assert meshctl("analyze", "--no-config", *files, *every, cwd=tmp_path, env=OUTSIDE).code == 1
        reports.append([(tmp_path / f"{name}-{number}.txt").read_text() for name in FORMATS])
    assert len(reports[0]) == len(FORMATS)
    for name, first, second in zip(FORMATS, *reports, strict=True):
        # Inputs are told as they were given.
        for swapped in ('["b.yaml","a.yaml"]', '"b.yaml",\n    "a.yaml"', "- b.yaml\n- a.yaml"):
            second = second.replace(swapped, swapped.replace("b.", "c.").replace("a.", "b.").replace("c.", "a."))
        assert first == second, name
