"""Whole realistic meshes: in the bookshop every planted defect and no other, in the healthy one none."""

from pathlib import Path

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.finding import Finding
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from tests.test_fixtures import FIXTURES, expected

MESHES = sorted(path for path in (FIXTURES / "meshes").iterdir() if path.is_dir())


def findings(mesh: Path) -> list[Finding]:
    """What all checks find in the mesh, each with a place."""
    found = analyze(MeshGraph(read_files([str(mesh)]), Settings()), load()).result.findings
    assert all(finding.location for finding in found)
    return list(found)


def place(finding: Finding) -> tuple[str, str, int]:
    assert finding.location
    return finding.location.file, finding.code, finding.location.start_line


@pytest.mark.parametrize("mesh", MESHES, ids=lambda path: path.name)
def test_planted_defects_and_no_others(mesh: Path) -> None:
    want = expected(mesh)
    found = findings(mesh)
    texts: dict[tuple[str, str, int], str] = {}
    for finding in found:
        texts[place(finding)] = texts.get(place(finding), "") + f"{finding.message} {finding.fix}\n"
    assert {w[:3] for w in want} - texts.keys() == set(), "planted and not found"
    stray = {(place(f), f.message) for f in found if f.severity is not Severity.INFO} - {
        (place(f), f.message) for f in found if place(f) in {w[:3] for w in want}
    }
    assert stray == set(), "found and not planted"
    for file, code, line, text in want:
        assert text in texts[file, code, line]


def test_the_bookshop_shows_most_checks() -> None:
    shown = {finding.name for finding in findings(FIXTURES / "meshes/bookshop")}
    known = {check.name for check in load() if not check.code.startswith("MSH0")}
    assert len(shown & known) >= 0.6 * len(known), f"not shown: {sorted(known - shown)}"


def test_the_healthy_mesh_is_the_same_sort_of_mesh() -> None:
    kinds = [
        {resource.id.kind for resource in read_files([str(FIXTURES / "meshes" / name)]).resources}
        for name in ("bookshop", "healthy")
    ]
    assert kinds[0] == kinds[1]
    assert expected(FIXTURES / "meshes/healthy") == set()
