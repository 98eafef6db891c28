"""On the reference engine's own test data the checks say what it says, but for the differences we stand by."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import choose, load
from meshctl.config.load import read_mapping
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.sources.files import read_files

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared/parity"
DEVIATIONS = ROOT / "tests/parity/deviations.json"
CASES = json.loads((DATA / "cases.json").read_text()) if DATA.exists() else []
CHECKS = choose(load(), [], [])
# What our checks can find so far: kinds of resources by code.
KINDS = {(check.code, kind.kind) for check in CHECKS for kind in check.reads}

pytestmark = pytest.mark.skipif(not CASES, reason="the reference data is not beside the repository")


def deviations() -> list[dict[str, Any]]:
    return json.loads(DEVIATIONS.read_text()) if DEVIATIONS.exists() else []  # type: ignore[no-any-return]


def plain(resource: str) -> str:
    """The reference leaves a missing namespace empty where we say `default`."""
    return resource.replace(" default/", " ")


def differences(case: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(missing or extra, code, resource) for the codes and kinds we have a check for."""
    names = [*case["inputs"], "default-ingress.yaml"]
    settings = Settings(
        mesh_config=read_mapping(str(DATA / case["mesh_config"]) if case["mesh_config"] else ""),
        mesh_networks=read_mapping(str(DATA / case["mesh_networks"]) if case["mesh_networks"] else ""),
    )
    snapshot = read_files([str(DATA / name) for name in names], whole=True)
    findings = analyze(MeshGraph(snapshot, settings), CHECKS).result.findings
    got = {(f.code, plain(str(f.resource))) for f in findings if f.code.startswith("IST")}
    want = {(e["code"], plain(e["resource"])) for e in case["expected_of_all"]}
    want = {(code, resource) for code, resource in want if (code, resource.partition(" ")[0]) in KINDS}
    yield from (("missing", *pair) for pair in sorted(want - got))
    yield from (("extra", *pair) for pair in sorted(got - want))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}-{case['name']}")
def test_case(case: dict[str, Any]) -> None:
    explained = {
        (d["kind"], d["code"], d["resource"]) for d in deviations() if d["case"] in ("*", case["case"]) and d["reason"]
    }
    assert set(differences(case)) - explained == set()


def test_no_deviation_is_stale() -> None:
    seen = {(case["case"], *difference) for case in CASES for difference in differences(case)}
    seen |= {("*", *difference) for _, *difference in seen}
    assert [d for d in deviations() if (d["case"], d["kind"], d["code"], d["resource"]) not in seen] == []
