"""What each format says of each kind of result, byte by byte; MESHCTL_UPDATE=1 writes the files anew."""

import os
from pathlib import Path

import pytest

from meshctl.reports.formats import FORMATS, Style, render
from tests.reports.results import FINDINGS, RESULTS

GOLDEN = Path(__file__).parent / "golden"
STYLES = {"": Style(), "-color": Style(color=True), "-ascii": Style(width=60, unicode=False)}
CASES = [(name, format_name, "") for name in RESULTS for format_name in FORMATS]
CASES += [("findings", format_name, style) for format_name in ("human", "concise") for style in ("-color", "-ascii")]


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
