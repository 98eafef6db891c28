"""In a generated mesh every planted defect is found on its line, and nothing else is an error or a warning."""

from pathlib import Path
from typing import get_args

import pytest

from bench.generate import DEFECTS, Profile, generate
from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import choose, load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files


@pytest.mark.parametrize("profile", get_args(Profile))
def test_planted_defects_and_no_others(profile: Profile, tmp_path: Path) -> None:
    planted = generate(tmp_path, 900, profile=profile, seed=5, defects=0.5)
    findings = analyze(MeshGraph(read_files([str(tmp_path)]), Settings()), choose(load(), [], [])).result.findings
    found = [
        (Path(f.location.file).name, f.location.start_line, f.code)
        for f in findings
        if f.location and f.severity is not Severity.INFO
    ]
    assert sorted(found) == sorted((p.file, p.line, p.code) for p in planted)


def test_every_sort_of_defect_is_drawn(tmp_path: Path) -> None:
    generate(tmp_path, 900, seed=5, defects=0.5)
    text = "".join(file.read_text() for file in tmp_path.glob("applications-*.yaml"))
    signs = ("-old,", "green", "retired", "8081", "IST0112", "-copy", " # expect: IST0103", "-renamed", "-before}")
    assert len(signs) == len(DEFECTS) and all(sign in text for sign in signs)


def test_a_mesh_without_defects_is_clean(tmp_path: Path) -> None:
    assert generate(tmp_path, 300, seed=5, defects=0) == []
    findings = analyze(MeshGraph(read_files([str(tmp_path)]), Settings()), choose(load(), [], [])).result.findings
    assert [f.message for f in findings if f.severity is not Severity.INFO] == []


def test_one_seed_one_mesh(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, 300, seed=seed, defects=0.5)
    a, b, c = ({f.name: f.read_text() for f in (tmp_path / name).iterdir()} for name in "abc")
    assert a == b != c
