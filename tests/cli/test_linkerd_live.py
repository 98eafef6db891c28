"""A live cluster with Linkerd says what its files say, and more surely what is missing in it."""

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
    codes = Counter((f["code"], f["severity"]) for f in report["findings"] if f["code"].startswith("LKD"))
    return codes, report["summary"]["unread"]


@pytest.mark.parametrize("name", ["linkerd-cluster", "linkerd-cluster-broken"])
def test_live_as_in_files(api_server: Callable[..., ApiServer], tmp_path: Path, name: str) -> None:
    server = api_server([resource.data for resource in read_files([str(MESHES / name)]).resources])
    live, unread = found("-A", "--kubeconfig", str(server.kubeconfig(tmp_path / "config")))
    files, _ = found(str(MESHES / name))
    assert unread == []
    # That there is no Link to a cluster is known for sure, where all Links were read.
    proven = Counter({("LKD503", "warning"): 1}) if "broken" in name else Counter()
    assert live - files == proven and {code for code, _ in (files - live).elements()} <= {"LKD503"}
