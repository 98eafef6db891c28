"""Faults planted in healthy meshes, each in a file of its own: `meshctl trace` names the field that is to blame."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.command import ROOT, inside

MESHES = ROOT / "fixtures/meshes"
FAULTS = sorted((ROOT / "fixtures/traces").glob("*/*.yaml"))
TRACE = re.compile(r"^# trace: (.*)$", re.MULTILINE)
CULPRIT = re.compile(r"# culprit: (\d{3}|cut)(?: ([A-Z]{2,4}))? (.*)$")


def planted(file: Path) -> tuple[int, str, str, str]:
    """Line of the culprit, the status or `cut`, Envoy's flag, and a text that is said of it."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if found := CULPRIT.search(line):
            return number, found[1], found[2] or "", found[3]
    raise AssertionError(f"{file} says not who is to blame")


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_culprit_is_named(file: Path) -> None:
    asked = TRACE.search(file.read_text(encoding="utf-8"))
    assert asked
    mesh = MESHES / file.parent.name
    done = inside("trace", *shlex.split(asked[1]), "-f", str(mesh), "-f", str(file), "--no-config", "-o", "json")
    report = json.loads(done.out)
    line, status, flag, text = planted(file)
    (outcome,) = report["traceOutcomes"]
    place = outcome["location"]
    assert (place["file"], place["startLine"]) == (str(file), line), outcome
    assert (outcome["end"], outcome["status"], outcome["flag"]) == (
        "fails",
        int(status) if status != "cut" else None,
        flag,
    )
    assert text in f"{outcome['text']} {outcome['fix']}"
    (finding,) = report["findings"]
    assert (finding["code"], finding["location"]) == ("MSH501", place)
    assert (done.code, done.err) == (1, "")
