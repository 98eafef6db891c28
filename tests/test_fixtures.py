"""Every fixture is analyzed with every check and must find what its own comments say, where they say it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from meshctl.analysis.analyze import analyze
from meshctl.analysis.baselinefile import read_baseline
from meshctl.analysis.registry import load
from meshctl.config.load import Configuration, read
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot
from tests import crashing
from tests.facts import RECORDED, facts_of
from tests.fleets import fleet_analysis, is_fleet

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = re.compile(r"#\s*expect(?P<anywhere>-anywhere)?:\s*(?P<code>[A-Z]+\d+)\b *(?P<text>[^#\n]*)")
CASES = sorted(p for p in FIXTURES.glob("[A-Z]*-*/*") if p.name.startswith(("fail-", "pass-")))
ANALYZERS = load([crashing])
# Certificates among the fixtures are seen from here.
NOW = datetime(2030, 1, 15, tzinfo=UTC)


Place = tuple[str, str, int]


def expected(case: Path) -> set[tuple[Place, str]]:
    """((file, code, line), text that the message must contain) of each `# expect: CODE text` comment.

    `# expect-anywhere: CODE text` is for a finding without a place.
    """
    found = set()
    for file in sorted(case.rglob("*")) if case.is_dir() else [case]:
        if file.is_file():
            for number, line in enumerate(file.read_bytes().decode(errors="replace").splitlines(), 1):
                for match in EXPECTED.finditer(line):
                    place = ("", 0) if match["anywhere"] else (str(file), number)
                    found.add(((place[0], match["code"], place[1]), match["text"].strip()))
    return found


def snapshot_of(case: Path) -> Snapshot:
    """What a fixture holds. In a directory, each folder `cluster-NAME` is the cluster of that name.

    A folder `recorded` holds what was seen of proxies, and no resources.
    """
    whole = "complete" in case.name
    if (case / RECORDED).is_dir():
        return read_files([str(path) for path in sorted(case.iterdir()) if path.name != RECORDED], whole=whole)
    clusters = sorted(case.glob("cluster-*"))
    if not clusters:
        return read_files([str(case)], whole=whole)
    parts = [(folder.name.removeprefix("cluster-"), read_files([str(folder)], whole=whole)) for folder in clusters]
    resources = [replace(r, id=r.id._replace(cluster=name)) for name, part in parts for r in part.resources]
    return structs.replace(parts[0][1], resources=tuple(resources))


def settings_of(case: Path) -> Settings:
    """What a fixture says beside its resources: a directory may have a configuration and a baseline."""
    configuration, baseline = case / ".meshctl.yaml", case / ".meshctl-baseline.json"
    said = read(str(configuration)) if configuration.exists() else Configuration()
    return Settings(
        now=NOW,
        suppress=said.suppress,
        require_reason=said.require_reason,
        allow_inline=said.allow_inline,
        baseline=read_baseline(str(baseline)) if baseline.exists() else None,
    )


def place_of(finding: Finding) -> Place:
    where = finding.location
    return (where.file, finding.code, where.start_line) if where else ("", finding.code, 0)


def outcome_of(case: Path) -> Result:
    """The result of all checks; of all clusters together where the fixture is a fleet."""
    if is_fleet(case):
        return fleet_analysis(case, ANALYZERS, settings_of(case)).result
    bare = MeshGraph(snapshot_of(case), settings_of(case))
    return analyze(MeshGraph(bare.snapshot, bare.settings, facts_of(case, bare)), ANALYZERS).result


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_fixture(case: Path) -> None:
    outcome = outcome_of(case)
    want = expected(case)
    got: dict[Place, str] = {}
    for finding in outcome.findings:
        got[place_of(finding)] = got.get(place_of(finding), "") + finding.message + "\n" + finding.fix + "\n"
    assert {place for place, _ in want} <= got.keys(), f"expected and not found; got {sorted(got)}"
    for place, text in want:
        assert text in got[place]
    stray = {
        (place_of(f), f.message)
        for f in outcome.findings
        if f.severity is not Severity.INFO and place_of(f) not in {place for place, _ in want}
    }
    assert not stray, "found and not expected"
    code, _, name = case.parent.name.partition("-")
    mine = [f for f in outcome.findings if (f.code, f.name) == (code, name)]
    if case.name.startswith("fail-"):
        assert mine, f"a fail fixture must show {code} {name}"
    else:
        assert not mine, f"a pass fixture must not show {code} {name}"
