"""What is told of a fleet in each format, and the page in a real browser."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from meshctl.reports.formats import FORMATS
from tests.cli.command import ROOT, inside
from tests.fleet.clusters import planted
from tests.reports.browser import CHROMIUM, DRIVER, Browser, browser

VALIDATOR = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text()))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of five clusters and one that is not there, in every format."""
    folder = tmp_path_factory.mktemp("reports")
    planted(folder / "x")
    (folder / "fleet.yaml").write_text(
        "version: 1\nfleet:\n  clusters:\n"
        f"  - {{path: '{folder}/x/[a-d]', labels: {{env: prod, region: eu}}}}\n"
        f"  - {{path: '{folder}/x/e', name: fifth, labels: {{env: prod, region: us}}}}\n"
        f"  - {{path: '{folder}/gone', name: gone, labels: {{env: test}}}}\n"
    )
    files = {name: folder / f"report.{name}" for name in FORMATS}
    outputs = [argument for name, file in files.items() for argument in ("-o", f"{name}={file}")]
    only = ("--select", "IST0101", "--select", "MSH5", "--workers", "1", "--no-cache")
    done = inside("fleet", "--config", str(folder / "fleet.yaml"), "--complete", *only, *outputs)
    assert (done.code, done.out, done.err) == (3, "", "")
    return files


def test_json_is_as_published(reports: dict[str, Path]) -> None:
    found: Any = json.loads(reports["json"].read_text())
    VALIDATOR.validate(found)
    assert {key: len(found[key]) for key in found if key.startswith("fleet")} == {
        "fleet": 6,
        "fleetFindings": 3,
        "fleetDifferences": 2,
        "fleetVersions": 0,
        "fleetTotals": 5,
    }
    found["fleet"][0]["state"] = "perhaps"
    assert not VALIDATOR.is_valid(found)


def test_people_see_what_is_the_same_once(reports: dict[str, Path]) -> None:
    text = reports["human"].read_text()
    assert text.count("error IST0101 ") == 1
    # The names of the clusters are paths, which may be so long that each has a line of its own.
    said = " ".join(text.split())
    assert " same: in 4 more clusters: " in said and " and 1 more" in said
    lines = [line.split() for line in text.splitlines()]
    assert ["region=us", "1", "5", "1", "0", "1", "-", "-"] in lines
    assert ["env=test", "1", "1", "0", "0", "0", "0", "-", "-"] in lines
    assert ["gone", "env=test", "failed", "0", "0", "0", "0", "-", "-"] in lines
    assert "cluster gone:" in text


def test_every_format_names_the_cluster(reports: dict[str, Path]) -> None:
    for name, file in reports.items():
        if name not in ("prometheus", "csv"):
            assert "MSH509" in file.read_text() and "PeerAuthentication shop/default" in file.read_text(), name
    assert 'code="MSH509"' in reports["prometheus"].read_text()
    assert "MSH509" in reports["csv"].read_text()
    rows = list(csv.DictReader(StringIO(reports["csv"].read_text())))
    assert [row["cluster"] for row in rows if row["table"] == "fleet"][-2:] == ["fifth", "gone"]


@pytest.fixture(scope="module")
def page(reports: dict[str, Path]) -> Iterator[Browser]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs chromium and chromedriver")
    with browser() as window:
        window.open(reports["html"])
        yield window


def test_tiles_filter_the_findings(page: Browser) -> None:
    assert page.texts("#fleet h2") == [
        "env=prod region=eu 4 clusters",
        "env=prod region=us 1 cluster",
        "env=test 1 cluster",
    ]
    tiles = page.texts("#fleet .tile")
    assert tiles[4] == "fifth\n1 error, 1 info\n5 resources · 1 unlike others" and tiles[5] == "gone\nnot read"
    assert page.texts("#count") == ["7 findings"]
    page.click('.tile[data-cluster="fifth"]')
    assert page.texts("#count") == ["2 of 7 findings"]
    assert page.texts('.tile[aria-pressed="true"] b') == ["fifth"]
    assert page.run("return document.getElementById('cluster').value") == "fifth"
    page.click('.tile[data-cluster="fifth"]')
    assert page.texts("#count") == ["7 findings"] and page.texts('.tile[aria-pressed="true"]') == []
    assert page.console() == []
