"""The published schema of the JSON report fits what is written, and refuses what is not."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.inject_check import inject_check
from meshctl.analysis.overhead import overhead
from meshctl.analysis.registry import load
from meshctl.graph.export import export
from meshctl.graph.mesh import MeshGraph
from meshctl.model.result import Result
from meshctl.reports.formats import Style, render
from meshctl.reports.json import document, failure
from meshctl.sources.files import read_files
from tests.reports.results import FINDINGS, RESULTS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
BOOKSHOP = ROOT / "fixtures/meshes/bookshop"


@pytest.fixture(scope="module")
def mesh() -> MeshGraph:
    return MeshGraph(read_files([str(BOOKSHOP)]))


def valid(text: str) -> Any:
    value = json.loads(text)
    VALIDATOR.validate(value)
    return value


@pytest.mark.parametrize("name", RESULTS)
def test_every_kind_of_result(name: str) -> None:
    assert len(valid(render(RESULTS[name], "json", Style()))["findings"]) == len(RESULTS[name].findings)


def test_findings_of_a_whole_mesh(mesh: MeshGraph) -> None:
    assert valid(render(analyze(mesh, load()).result, "json", Style()))["findings"]


def test_tables_of_inject_check(mesh: MeshGraph) -> None:
    found = valid(render(inject_check(mesh, load()).result, "json", Style()))
    assert found["workloads"] and found["rollout"] and found["ifLabeled"]


def test_tables_of_overhead(mesh: MeshGraph) -> None:
    found = valid(render(overhead(mesh, load()).result, "json", Style()))
    assert found["overhead"] and found["overheadByNamespace"] and found["overheadAmbient"]


def test_tables_of_graph(mesh: MeshGraph) -> None:
    found = valid(render(Result(tables=export(mesh)), "json", Style()))
    assert found["nodes"] and found["edges"]


def test_a_failed_run() -> None:
    found = valid(failure("no such file: nope.yaml", 2, Style()))
    assert found["error"] == {"message": "no such file: nope.yaml", "exitCode": 2}
    assert found["findings"] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"schemaVersion": 2}, "a newer document"),
        ({"gadgets": []}, "a table that is not published"),
        ({"findings": [{**document(FINDINGS)["findings"][0], "severity": "fatal"}]}, "an unknown severity"),
        ({"findings": [{**document(FINDINGS)["findings"][0], "location": {"file": "a", "startLine": 0}}]}, "line 0"),
        ({"error": {"message": "x", "exitCode": 1}}, "findings are no error"),
    ],
)
def test_the_schema_refuses(change: dict[str, Any], reason: str) -> None:
    assert not VALIDATOR.is_valid({**document(FINDINGS), **change}), reason


def test_ascii_and_unicode_documents_say_the_same() -> None:
    result = RESULTS["partial"]
    assert valid(render(result, "json", Style(unicode=False))) == valid(render(result, "json", Style()))
