"""Commands on bundles, as users see them; and no damage to a bundle takes a command down."""

import json
import random
from pathlib import Path

import pytest
from msgspec import structs

from meshctl.sources.bundle.proxies import ProxyFile, proxies
from meshctl.sources.bundle.writing import write_bundle
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Coverage
from tests.cli.command import inside as meshctl
from tests.sources.bundles import TIME, findings
from tests.test_fixtures import FIXTURES


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The bookshop as if it had been captured, with an answer of a proxy."""
    live = structs.replace(
        read_files([str(FIXTURES / "meshes" / "bookshop")]), coverage={"": Coverage(None, inferred=False)}
    )
    answer = ProxyFile("", "shop", "web-1", "config_dump.json", b"{}")
    write_bundle(str(tmp_path / "b.tar.gz"), live, time=TIME, answers=[answer])
    return tmp_path / "b.tar.gz"


def test_analyze(bundle: Path) -> None:
    done = meshctl("analyze", bundle.name, "-o", "json", cwd=bundle.parent)
    report = json.loads(done.out)
    assert done.code == 1 and not done.err.count("Traceback")
    files = {finding["location"]["file"] for finding in report["findings"]}
    assert "b.tar.gz!resources/_/shop/VirtualService.networking.istio.io.json" in files
    assert report["inputs"] == ["b.tar.gz"] and report["summary"]["unread"] == []
    human = meshctl("analyze", bundle.name, cwd=bundle.parent)
    assert "b.tar.gz!resources/_/shop/VirtualService.networking.istio.io.json:" in human.out


def test_other_commands(bundle: Path) -> None:
    folder = str(FIXTURES / "meshes" / "bookshop")
    for command in (["inject-check", "-A"], ["overhead"]):
        tables = []
        for path in (str(bundle), folder):
            report = json.loads(meshctl(*command, "-f", path, "-o", "json").out)
            tables.append(report["workloads" if command[0] == "inject-check" else "overhead"])
        assert tables[0] == tables[1] and tables[0]


def test_a_damaged_bundle(bundle: Path) -> None:
    """What is there is reported, and the exit code says that it is not all."""
    bundle.write_bytes(bundle.read_bytes()[:-200])
    done = meshctl("analyze", str(bundle), "-o", "json")
    report = json.loads(done.out)
    assert done.code == 3 and "ends too early" in report["summary"]["unread"][0]["why"]
    assert {"MSH001"} < {finding["code"] for finding in report["findings"]}


def test_no_damage_crashes_anything(bundle: Path) -> None:
    """Some hundred bundles with a few bytes changed in the archive, before compression: read, or told why not."""
    import gzip

    draw = random.Random(11)
    whole = gzip.decompress(bundle.read_bytes())
    file = bundle.parent / "x.tar"
    told = analyzed = 0
    for turn in range(300):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 12)):
            # Half of them in the manifest, which is at the beginning.
            place = draw.randrange(len(data) if turn % 2 else 2048)
            data[place] = draw.choice([0, 255, 34, 92, 123, 125, draw.randrange(256)])
        file.write_bytes(data)
        snapshot = read_files([str(file)])
        assert all(problem.message.endswith(".") for problem in snapshot.problems)
        assert sum(1 for _ in proxies(str(file))) <= 1
        told += bool(snapshot.problems)
        if turn % 30 == 0:
            analyzed += len(findings(snapshot)) > 0
    assert told > 100 and analyzed > 5
