"""Whole realistic meshes: in the bookshop every planted defect and no other, in the healthy one none."""

from pathlib import Path

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import choose, load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.finding import Finding
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from tests.test_fixtures import FIXTURES, Place, expected, place_of, snapshot_of

MESHES = sorted(path for path in (FIXTURES / "meshes").iterdir() if path.is_dir())


def findings(mesh: Path) -> tuple[Finding, ...]:
    """What the checks that `meshctl analyze` makes by itself find in the mesh."""
    return tuple(analyze(MeshGraph(snapshot_of(mesh), Settings()), choose(load(), [], [])).result.findings)


@pytest.mark.parametrize("mesh", MESHES, ids=lambda path: path.name)
def test_planted_defects_and_no_others(mesh: Path) -> None:
    want = expected(mesh)
    places = {place for place, _ in want}
    texts: dict[Place, str] = {}
    for finding in findings(mesh):
        texts[place_of(finding)] = texts.get(place_of(finding), "") + f"{finding.message} {finding.fix}\n"
    assert places - texts.keys() == set(), "planted and not found"
    stray = {(place_of(f), f.message) for f in findings(mesh) if f.severity is not Severity.INFO}
    assert {(place, message) for place, message in stray if place not in places} == set(), "found and not planted"
    for place, text in want:
        assert text in texts[place]


SAMPLES = (
    "ambient",
    "bookinfo",
    "egress",
    "gateway-api",
    "httpbin-ingress",
    "linkerd",
    "linkerd-cluster",
    "multicluster",
    "smi",
)


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_planted_in_what_people_begin_with(name: str) -> None:
    mesh = FIXTURES / "meshes" / name
    assert expected(mesh) == set()
    assert [f.message for f in findings(mesh) if f.severity is not Severity.INFO] == []
    assert len(snapshot_of(mesh).resources) > 10


def test_the_bookshop_is_a_tour_of_the_checks() -> None:
    shown = {finding.name for finding in findings(FIXTURES / "meshes/bookshop")}
    names = {check.name for check in choose(load(), [], [])}
    assert len(shown) >= 40, f"not shown: {sorted(names - shown)}"


def test_the_healthy_mesh_is_the_same_sort_of_mesh() -> None:
    kinds = [
        {resource.id.kind for resource in read_files([str(FIXTURES / "meshes" / name)]).resources}
        for name in ("bookshop", "healthy")
    ]
    assert kinds[0] == kinds[1]
    assert expected(FIXTURES / "meshes/healthy") == set()
