"""Broken manifests of all sorts never crash a check, a report or the reader, and never hang one.

The suite runs 300 seeded mutations; MESHCTL_FUZZ=20000 runs more, and MESHCTL_FUZZ_SEED another series.
"""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
import yaml

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.result import Exit
from meshctl.model.severity import Severity
from meshctl.reports.formats import FORMATS, Style, render
from meshctl.sources.files import read_files
from tests.mutations import mutate_text, mutate_tree, unshared

FIXTURES = Path(__file__).parent.parent / "fixtures"
TEXTS = [file.read_text(errors="replace") for file in sorted(FIXTURES.rglob("*.yaml"))]
CHECKS = load()
COUNT = int(os.environ.get("MESHCTL_FUZZ", "300"))
SEED = int(os.environ.get("MESHCTL_FUZZ_SEED", "1"))
PART = 50
SECONDS = 10


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the main thread after so many seconds."""

    def expired(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def broken(draw: random.Random) -> str:
    """One to three fixtures in one text, broken at random."""
    text = "\n---\n".join(draw.sample(TEXTS, draw.randint(1, 3)))
    if draw.random() < 0.7:
        try:
            documents = unshared(list(yaml.safe_load_all(text)))
        except (yaml.YAMLError, RecursionError):  # A fixture may contain itself.
            return mutate_text(draw, text)
        for _ in range(draw.randint(1, 6)):
            mutate_tree(draw, documents)
        text = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True)
    return mutate_text(draw, text) if draw.random() < 0.5 else text


def run(file: Path, *, whole: bool, formats: bool) -> None:
    """Analyze as the command does; a crash of a check, of a report or of the reader fails."""
    analysis = analyze(MeshGraph(read_files([str(file)], whole=whole), Settings()), CHECKS)
    assert not analysis.crashes, analysis.crashes[0].traceback
    assert analysis.result.exit_code(Severity.ERROR) in (Exit.CLEAN, Exit.FINDINGS, Exit.INCOMPLETE)
    for name in FORMATS if formats else ():
        render(analysis.result, name, Style())


@pytest.mark.parametrize("part", range(-(-COUNT // PART)))
def test_nothing_crashes(part: int, tmp_path: Path) -> None:
    file = tmp_path / "mutated.yaml"
    for number in range(part * PART, min(part * PART + PART, COUNT)):
        draw = random.Random(f"{SEED}-{number}")
        text = broken(draw)
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            with time_limit(SECONDS):
                run(file, whole=number % 2 == 0, formats=number % 5 == 0)
        except Exception as error:
            error.add_note(f"MESHCTL_FUZZ_SEED={SEED}, mutation {number}:\n{text[:4000]}")
            raise


def test_mutations_break_something(tmp_path: Path) -> None:
    """Guards against a mutator that hands its input back: most texts must differ, some must be unreadable."""
    made = [broken(random.Random(number)) for number in range(60)]
    unread = 0
    for number, text in enumerate(made):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        unread += bool(read_files([str(file)]).unread)
    assert 3 <= unread <= 50
    assert len(set(made) - set(TEXTS)) >= 55
