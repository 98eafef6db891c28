"""What a check declares to read it does read, and what it takes absence of it also reads."""

import sys
from itertools import accumulate
from pathlib import Path

import pytest

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.domains import is_needed, present_in
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.facts import Facts
from tests.facts import facts_of
from tests.test_fixtures import snapshot_of

FIXTURES = Path(__file__).parent.parent / "fixtures"
CHECKS = load()
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda c: f"{c.code}-{c.name}")


@each_check
def test_every_declared_kind_is_read(check: Analyzer) -> None:
    touched = set()
    for case in sorted((FIXTURES / f"{check.code}-{check.name}").iterdir()):
        bare = MeshGraph(snapshot_of(case), Settings())
        mesh = MeshGraph(bare.snapshot, bare.settings, facts_of(case, bare))
        scope = mesh.scoped(check.reads)
        list(check.check(scope))
        touched |= scope.touched
    assert check.reads - touched == set(), "declared and read by no fixture"


@each_check
def test_absence_is_of_what_is_read(check: Analyzer) -> None:
    assert check.absent <= check.reads


@each_check
def test_it_is_loaded_where_it_finds_something(check: Analyzer) -> None:
    folders = [sys.modules[name] for name in accumulate(check.module.split("."), "{}.{}".format)]
    for case in sorted((FIXTURES / f"{check.code}-{check.name}").glob("fail-*")):
        bare = MeshGraph(snapshot_of(case), Settings())
        present = present_in(bare.snapshot, facts_of(case, bare))
        assert all(is_needed(folder, present) for folder in folders), f"{case.name} has only {sorted(present)}"


def test_a_mesh_that_is_not_there_is_not_loaded() -> None:
    bookinfo = present_in(snapshot_of(FIXTURES / "meshes" / "bookinfo"), Facts())
    folders = {check.module.split(".")[1] for check in load(present=bookinfo)}
    assert {"virtualservice", "injection", "hygiene"} <= folders
    assert folders.isdisjoint({"ambient", "consul", "fleet", "gatewayapi", "linkerd", "smi", "trace"})
