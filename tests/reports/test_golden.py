"""What each format says of each kind of result, byte by byte; MESHCTL_UPDATE=1 writes the files anew."""

import os
from pathlib import Path

import pytest

from meshctl.reports import paragraphs
from meshctl.reports.formats import FORMATS, Style, render
from tests.reports.documentation import documented_checks
from tests.reports.results import FINDINGS, RESULTS

GOLDEN = Path(__file__).parent / "golden"
STYLES = {"": Style(), "-color": Style(color=True), "-ascii": Style(width=60, unicode=False)}
# The page is looked at in a browser instead; why a run failed people read on stderr.
PEOPLE = ("human", "concise")
CASES = [(name, format_name, "") for name in RESULTS for format_name in FORMATS if format_name != "html"]
CASES = [case for case in CASES if case[0] != "failed" or case[1] not in PEOPLE]
CASES += [("findings", format_name, style) for format_name in PEOPLE for style in ("-color", "-ascii")]


@pytest.fixture(autouse=True)
def fixed_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paragraphs, "installed", documented_checks)


@pytest.mark.parametrize(("name", "format_name", "style"), CASES, ids="-".join)
def test_report(name: str, format_name: str, style: str) -> None:
    text = render(RESULTS[name], format_name, STYLES[style])
    file = GOLDEN / f"{name}{style}.{format_name}"
    if os.environ.get("MESHCTL_UPDATE"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_no_golden_report_is_left_over() -> None:
    assert {f.name for f in GOLDEN.iterdir()} == {f"{name}{style}.{fmt}" for name, fmt, style in CASES}


def test_no_line_of_a_report_for_people_is_wider_than_the_style() -> None:
    for width in (70, 80, 120):
        lines = render(FINDINGS, "human", Style(width=width)).splitlines()
        assert all(len(line) <= width for line in lines)
