"""The same input gives the same bytes, in any order of files, arguments and checks, with any hash seed or cache."""

import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.generate import generate
from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.reports.formats import FORMATS, Style, render
from meshctl.sources.files import read_files

BOOKSHOP = Path(__file__).parent.parent / "fixtures/meshes/bookshop"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two meshes side by side, away from any configuration file."""
    top = tmp_path_factory.mktemp("meshes")
    shutil.copytree(BOOKSHOP, top / "bookshop")
    generate(top / "generated", 400, profile="one-gateway", seed=7, defects=0.3)
    return top


def run(folder: Path, *arguments: str, seed: str = "0", cache: Path | None = None) -> bytes:
    """The json report of a run in its own process, after checking that it holds findings."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "MESHCTL_CACHE_DIR": str(cache or folder / "no-cache")}
    done = subprocess.run(
        [sys.executable, "-m", "meshctl", "analyze", *arguments, "-o", "json", *([] if cache else ["--no-cache"])],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1 and b'"IST0101"' in done.stdout, done.stderr.decode()
    return done.stdout


def test_hash_seed_changes_nothing(folder: Path) -> None:
    reports = {run(folder, "bookshop", "generated", seed=seed) for seed in ("0", "1", "4242")}
    assert len(reports) == 1


def test_cache_changes_nothing(folder: Path, tmp_path: Path) -> None:
    cold = run(folder, "bookshop", "generated", cache=tmp_path)
    warm = run(folder, "bookshop", "generated", cache=tmp_path)
    assert any(tmp_path.iterdir()), "the second run must have had a cache to read"
    assert cold == warm == run(folder, "bookshop", "generated")


def reports(paths: list[str], *, backwards: bool = False) -> list[str]:
    """Every format of the report over these paths; `inputs` are as given, so they are made equal."""
    checks = load()
    snapshot = read_files(paths)
    result = analyze(MeshGraph(snapshot, Settings()), checks[::-1] if backwards else checks).result
    return [render(replace(result, inputs=()), name, Style()) for name in FORMATS]


def test_order_of_files_changes_nothing(folder: Path) -> None:
    files = sorted(str(file) for file in folder.rglob("*.yaml"))
    shuffled = files[:]
    random.Random(3).shuffle(shuffled)
    assert shuffled != files
    assert reports(files) == reports(shuffled) == reports([str(folder / "generated"), str(folder / "bookshop")])


def test_order_of_checks_changes_nothing(folder: Path) -> None:
    assert reports([str(folder)]) == reports([str(folder)], backwards=True)
