"""The checks of a large mesh are made by two processes, with the same outcome as by one."""

import os
from pathlib import Path

import pytest

from meshctl.analysis import runner
from meshctl.analysis.registry import load
from meshctl.analysis.runner import Outcome, run
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings, Suppression
from meshctl.sources.files import read_files
from tests import crashing

MESH = Path(__file__).parents[2] / "fixtures" / "meshes" / "gateway-api-broken"
CHECKS = load([crashing])
CRASHING = """apiVersion: v1
kind: Pod
metadata: {name: odd, namespace: odd, annotations: {test.meshctl.dev/crash: "in whichever process"}}
spec: {containers: [{name: app, image: app}]}
"""
SUPPRESSED = (Suppression("GWA301", "*"), Suppression("IST0101", "Sidecar nobody/*"))

linux = pytest.mark.skipif(not hasattr(os, "fork"), reason="a second process is used on Linux only")


@pytest.fixture
def mesh(tmp_path: Path) -> MeshGraph:
    (tmp_path / "odd.yaml").write_text(CRASHING)
    return MeshGraph(read_files([str(MESH), str(tmp_path)]), Settings(suppress=SUPPRESSED))


def said(outcome: Outcome) -> object:
    crashes = [(crash.analyzer.name, crash.error) for crash in outcome.crashes]
    return outcome.findings, outcome.suppressed, outcome.skipped, crashes


def in_two(mesh: MeshGraph, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.setattr(runner, "_WORTH_FORKING", 0)
    monkeypatch.setattr(runner, "may_fork", lambda: True)
    return run(mesh, CHECKS)


@linux
def test_the_outcome_is_the_same(mesh: MeshGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = run(mesh, CHECKS)
    assert {finding.code for finding in alone.findings} >= {"GWA201", "MSH007"}
    assert {aside.finding.code for aside in alone.suppressed} == {"GWA301"}
    assert [crash.error for crash in alone.crashes] == ["ValueError: in whichever process"]
    assert said(in_two(MeshGraph(mesh.snapshot, mesh.settings), monkeypatch)) == said(alone)


@linux
def test_a_second_process_that_dies_costs_nothing(mesh: MeshGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, here, look = run(mesh, CHECKS), os.getpid(), runner.Each.look

    def dying(each: runner.Each, analyzer: runner.Analyzer) -> runner.Looked:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return look(each, analyzer)

    monkeypatch.setattr(runner.Each, "look", dying)
    assert said(in_two(MeshGraph(mesh.snapshot, mesh.settings), monkeypatch)) == said(alone)
