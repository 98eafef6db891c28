"""A live cluster with Consul says what its files say as the whole cluster."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from meshctl.sources.files import read_files
from tests.apiserver import ApiServer
from tests.cli.command import ROOT, inside

MESHES = ROOT / "fixtures/meshes"

pytestmark = pytest.mark.usefixtures("loose_sockets")


def found(*arguments: str) -> tuple[Counter[tuple[str, str]], list[dict[str, str]]]:
    """Codes with their severities, and what was not read."""
    report = json.loads(inside("analyze", *arguments, "--no-config", "--no-cache", "-o", "json", "-q").out)
    codes = Counter((f["code"], f["severity"]) for f in report["findings"] if f["code"].startswith("CSL"))
    return codes, report["summary"]["unread"]


@pytest.mark.parametrize(("name", "number"), [("consul", 0), ("consul-broken", 32)])
def test_live_as_in_files(api_server: Callable[..., ApiServer], tmp_path: Path, name: str, number: int) -> None:
    server = api_server([resource.data for resource in read_files([str(MESHES / name)]).resources])
    live, unread = found("-A", "--kubeconfig", str(server.kubeconfig(tmp_path / "config")))
    files, _ = found(str(MESHES / name), "--complete")
    assert unread == []
    assert (live, live.total()) == (files, number)


def test_files_that_are_not_all_leave_open_what_they_lack() -> None:
    codes, _ = found(str(MESHES / "consul-broken"))
    proven = found(str(MESHES / "consul-broken"), "--complete")[0]
    assert Counter(code for code, _ in codes.elements()) == Counter(code for code, _ in proven.elements())
    lowered = {code for code, severity in codes if severity == "info"}
    assert lowered == {"CSL108", "CSL202", "CSL206", "CSL301", "CSL302", "CSL305", "CSL306", "CSL403"}
