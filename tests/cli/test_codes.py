"""`meshctl codes`: every check there is, for people, programs and documents."""

import json
from pathlib import Path

from meshctl.analysis.registry import load
from tests.cli.command import inside as meshctl


def test_for_people() -> None:
    done = meshctl("codes")
    assert (done.code, done.err) == (0, "")
    assert (
        "IST0101  error    virtualservice-destination-host-not-found\n"
        "                  A route or mirror sends requests to a host that no Service and\n"
        "                  no ServiceEntry defines.\n"
    ) in done.out
    assert done.out.endswith(f"\n\n{len(load())} checks. What one means: meshctl explain CODE\n")
    assert max(map(len, done.out.splitlines())) <= 80


def test_for_programs() -> None:
    rows = json.loads(meshctl("codes", "-o", "json").out)
    assert rows == [
        {"code": a.code, "name": a.name, "severity": a.severity.value, "summary": a.summary} for a in load()
    ]
    assert {"IST0101", "MSH001"} <= {row["code"] for row in rows}


def test_for_documents(tmp_path: Path) -> None:
    done = meshctl("codes", "IST0101", "-o", "markdown=codes.md", cwd=tmp_path)
    assert (done.code, done.out) == (0, "")
    lines = (tmp_path / "codes.md").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["| Code | Name | Severity | Finds |", "| --- | --- | --- | --- |"]
    assert (
        "| IST0101 | virtualservice-destination-host-not-found | error | "
        "A route or mirror sends requests to a host that no Service and no ServiceEntry defines. |"
    ) in lines
    assert all(line.startswith("| IST0101 | ") for line in lines[2:])


def test_an_unknown_prefix_and_an_unknown_format() -> None:
    done = meshctl("codes", "XYZ")
    assert (done.code, done.out, done.err) == (2, "", "meshctl: no check is called 'XYZ'; `meshctl codes` lists them\n")
    done = meshctl("codes", "-o", "markdwn")
    assert (done.code, done.out, done.err) == (2, "", "meshctl: unknown format 'markdwn': did you mean markdown?\n")
