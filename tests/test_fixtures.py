"""Every fixture is analyzed with every check and must find what its own comments say, where they say it."""

import re
from pathlib import Path

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from tests import crashing

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = re.compile(r"#\s*expect:\s*(?P<code>[A-Z]+\d+)\b *(?P<text>[^#\n]*)")
CASES = sorted(p for p in FIXTURES.glob("[A-Z]*-*/*") if p.name.startswith(("fail-", "pass-")))
ANALYZERS = load([crashing])


def expected(case: Path) -> set[tuple[str, str, int, str]]:
    """(file, code, line, text that the message must contain) of each `# expect: CODE text` comment."""
    found = set()
    for file in sorted(case.rglob("*")) if case.is_dir() else [case]:
        if file.is_file():
            for number, line in enumerate(file.read_bytes().decode(errors="replace").splitlines(), 1):
                for match in EXPECTED.finditer(line):
                    found.add((str(file), match["code"], number, match["text"].strip()))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_fixture(case: Path) -> None:
    snapshot = read_files([str(case)], whole="complete" in case.name)
    outcome = analyze(MeshGraph(snapshot, Settings()), ANALYZERS).result
    want = expected(case)
    got = {(f.location.file if f.location else "", f.code, f.location.start_line if f.location else 0) for f in outcome.findings}
    texts = {(f.location.file, f.code, f.location.start_line): f.message + f.fix for f in outcome.findings if f.location}
    assert {w[:3] for w in want} <= got, f"expected and not found; got {sorted(got)}"
    for file, code, line, text in want:
        assert text in texts[file, code, line]
    stray = {
        (f.code, f.location.start_line if f.location else 0, f.message)
        for f in outcome.findings
        if f.severity is not Severity.INFO
        and (f.location.file if f.location else "", f.code, f.location.start_line if f.location else 0)
        not in {w[:3] for w in want}
    }
    assert not stray, "found and not expected"
    own = case.parent.name.split("-")[0]
    own_name = case.parent.name.partition("-")[2]
    mine = [f for f in outcome.findings if f.code == own and f.name == own_name]
    if case.name.startswith("fail-"):
        assert mine, f"a fail fixture must show {own} {own_name}"
    else:
        assert not mine, f"a pass fixture must not show {own} {own_name}"
