"""A baseline hides what is known, wherever it has moved, and nothing that is new."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from meshctl.analysis.baseline import compare, entries_of, stale, without
from meshctl.analysis.baselinefile import BaselineError, read_baseline, write_baseline
from meshctl.analysis.registry import load
from meshctl.model.baseline import Baseline, BaselineEntry
from meshctl.model.finding import Finding
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path as Path_
from meshctl.model.severity import Severity

WEB = ResourceId("", "", "Service", "shop", "web")


def finding(
    fingerprint: str = "f1", file: str = "a.yaml", line: int = 1, name: str = "service-odd", path: Path_ = ("spec",)
) -> Finding:
    place = Location(file, line, 1, line, 2) if file else None
    return Finding("TST100", name, Severity.ERROR, "x", WEB, "", path, place, fingerprint=fingerprint)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a.yaml and b.yaml are."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def baseline_of(*findings: Finding) -> Baseline:
    return Baseline("base.json", entries_of(findings, "base.json"))


def test_a_known_finding_may_move_within_its_file(folder: Path) -> None:
    compared = compare([finding(line=99)], baseline_of(finding(line=1)))
    assert (compared.new, [f.fingerprint for f in compared.known], compared.left) == ((), ["f1"], ())


def test_a_second_equal_finding_is_new(folder: Path) -> None:
    compared = compare([finding(line=1), finding(line=2), finding(line=3)], baseline_of(finding(), finding()))
    assert [f.location.start_line for f in compared.new if f.location] == [3]
    assert len(compared.known) == 2


@pytest.mark.parametrize(
    ("lines", "new"),
    [({1: 0, 2: 1, 3: 2}, [3]), ({1: 5, 2: 0, 3: 1}, [1]), ({1: 3, 2: 4}, []), ({1: 3, 2: 4, 3: 5}, [3])],
)
def test_of_equal_findings_those_elsewhere_are_new(folder: Path, lines: dict[int, int], new: list[int]) -> None:
    known = baseline_of(*(finding(path=("spec", "http", position)) for position in (0, 1)))
    compared = compare([finding(line=line, path=("spec", "http", at)) for line, at in lines.items()], known)
    assert [f.location.start_line for f in compared.new if f.location] == new
    assert compared.left == ()


def test_the_same_resource_of_another_file_does_not_inherit(folder: Path) -> None:
    compared = compare([finding(file="b.yaml")], baseline_of(finding(file="a.yaml")))
    assert [f.fingerprint for f in compared.new] == ["f1"]
    assert [entry.file for entry in compared.left] == ["a.yaml"]


def test_a_renamed_file_keeps_its_entries(folder: Path) -> None:
    known = baseline_of(finding(file="gone.yaml"), finding(file="gone.yaml"))
    compared = compare([finding(file="a.yaml")], known)
    assert compared.new == () and [entry.count for entry in compared.left] == [1]


def test_names_are_as_seen_from_the_baseline(folder: Path) -> None:
    (folder / "sub").mkdir()
    (entry,) = entries_of([finding(file=str(folder / "a.yaml"))], "sub/base.json")
    assert entry.file == "../a.yaml"
    assert compare([finding(file="./a.yaml")], Baseline("sub/base.json", (entry,))).new == ()


def test_live_findings_have_no_file(folder: Path) -> None:
    known = baseline_of(finding(file=""))
    assert compare([finding(file="")], known).new == ()
    assert len(compare([finding(file="a.yaml")], known).new) == 1


@pytest.mark.parametrize("name", ["document-not-parsed", "analyzer-crashed", "suppression-unused"])
def test_what_nobody_can_accept(folder: Path, name: str) -> None:
    assert entries_of([finding(name=name)], "base.json") == ()
    assert len(compare([finding(name=name)], baseline_of(finding())).new) == 1


ENTRIES = (
    BaselineEntry("f1", "MSH005", "Service shop/web", "a.yaml", "spec"),
    BaselineEntry("f2", "MSH005", "Service shop/web", "sub/b.yaml", "spec"),
    BaselineEntry("f3", "MSH005", "Service shop/web", "sub/gone.yaml", "spec"),
    BaselineEntry("f4", "MSH005", "Service shop/web", "", "spec"),
    BaselineEntry("f5", "TST999", "Service shop/web", "a.yaml", "spec"),
    BaselineEntry("f6", "MSH005", "Service shop/web", "subway.yaml", "spec"),
)


@pytest.mark.parametrize(
    ("inputs", "live", "expected"),
    [
        (["."], False, ["f1", "f2", "f3", "f6"]),
        (["sub"], False, ["f2", "f3"]),
        (["a.yaml"], False, ["f1", "f3"]),
        (["sub/b.yaml", "./a.yaml"], False, ["f1", "f2", "f3"]),
        (["prod"], True, ["f3", "f4"]),
        (["-"], False, ["f3"]),
    ],
)
def test_stale_is_what_would_have_been_found(folder: Path, inputs: list[str], live: bool, expected: list[str]) -> None:
    (folder / "sub").mkdir()
    for name in ("sub/b.yaml", "subway.yaml"):
        (folder / name).touch()
    assert [e.fingerprint for e in stale(ENTRIES, "base.json", inputs, load(), live=live)] == expected


def test_fewer_of_the_same_stay(folder: Path) -> None:
    known = baseline_of(finding(), finding(), finding("f2"))
    left = compare([finding()], known).left
    assert [(e.fingerprint, e.count) for e in without(known, left).entries] == [("f1", 1)]


def test_the_file_is_sorted_one_entry_a_line(folder: Path) -> None:
    entries = [replace(ENTRIES[0], file=file, fingerprint=f) for file, f in (("b.yaml", "1"), ("a.yaml", "2"))]
    write_baseline(Baseline("base.json", tuple(entries)))
    text = (folder / "base.json").read_text()
    assert [json.loads(line.rstrip(","))["fingerprint"] for line in text.splitlines()[3:5]] == ["2", "1"]
    write_baseline(Baseline("base.json", tuple(reversed(entries))))
    assert (folder / "base.json").read_text() == text
    read = read_baseline("base.json")
    assert [(e.file, e.place.start_line if e.place else 0) for e in read.entries] == [("a.yaml", 4), ("b.yaml", 5)]
    assert set(read.entries) == set(entries)


def test_an_empty_baseline_is_one(folder: Path) -> None:
    write_baseline(Baseline("base.json"))
    assert (folder / "base.json").read_text() == '{\n  "version": 1,\n  "findings": []\n}\n'
    assert read_baseline("base.json") == Baseline("base.json")


def test_lines_that_a_merge_has_doubled_are_one(folder: Path) -> None:
    line = '{"fingerprint": "f", "code": "C", "resource": "", "file": "a.yaml", "path": "", "count": %d}'
    (folder / "base.json").write_text(f'{{"version": 1, "findings": [\n{line % 1},\n{line % 3}]}}')
    assert [(e.fingerprint, e.count) for e in read_baseline("base.json").entries] == [("f", 3)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no baseline: Expecting value"),
        ("[]", "is no baseline: it has no list of findings"),
        ('{"version": 2, "findings": []}', "of version 2, and this meshctl reads 1"),
        ('{"version": 1, "findings": [{"code": "C"}]}', 'is no baseline: {"code": "C"} is no entry'),
        ("{\n<<<<<<< ours\n", "it has the marks of a merge conflict"),
    ],
)
def test_what_is_no_baseline(folder: Path, text: str, sentence: str) -> None:
    (folder / "base.json").write_text(text)
    with pytest.raises(BaselineError) as raised:
        read_baseline("base.json")
    assert sentence in str(raised.value)


def test_a_baseline_that_is_not_there(folder: Path) -> None:
    with pytest.raises(BaselineError, match=r"there is no baseline base\.json: `meshctl baseline write` makes one"):
        read_baseline("base.json")
