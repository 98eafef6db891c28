"""What `overhead` and `inject-check` say of a small mesh, byte by byte; MESHCTL_UPDATE=1 writes the files anew."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from meshctl.analysis.analyze import Analysis
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.inject_check import inject_check
from meshctl.analysis.overhead import overhead
from meshctl.graph.mesh import MeshGraph
from meshctl.reports.formats import Style, render
from meshctl.sources.files import read_files
from tests.sidecars import mesh

GOLDEN = Path(__file__).parent / "overhead"
COMMANDS: dict[str, Callable[[MeshGraph, Sequence[Analyzer]], Analysis]] = {
    "overhead": overhead,
    "inject-check": inject_check,
}


@pytest.mark.parametrize("format_name", ["human", "json", "csv"])
@pytest.mark.parametrize("command", COMMANDS)
def test_report(tmp_path: Path, command: str, format_name: str) -> None:
    given = tmp_path / "mesh.json"
    given.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": mesh()}))
    snapshot = read_files([str(given)])
    result = COMMANDS[command](MeshGraph(snapshot), []).result
    text = render(result, format_name, Style()).replace(str(tmp_path), "shop")
    file = GOLDEN / f"{command}.{format_name}"
    if os.environ.get("MESHCTL_UPDATE"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
