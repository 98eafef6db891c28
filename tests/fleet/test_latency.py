"""What the proxies of a fleet have counted: sums of a cluster, and of a label."""

import json
from datetime import UTC, datetime
from pathlib import Path

from meshctl.model.fleet import LatencySum
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.latency.measure import Measured, measure_proxies
from meshctl.proxy.latency.totals import latency_sums
from meshctl.sources.bundle.proxies import ProxyFile
from meshctl.sources.bundle.writing import write_bundle
from meshctl.sources.files import read_files
from tests.cli.command import ROOT, inside
from tests.fleet.clusters import write

RECORDED = ROOT / "fixtures/proxy/latency"


def sums(folder: Path) -> LatencySum:
    (found,), unread = latency_sums(gather(Sources(dumps=[str(folder)])))[0].values(), ()
    assert not unread
    return found


def test_the_sums_are_those_of_the_proxies() -> None:
    measured = Measured()
    measure_proxies(gather(Sources(dumps=[str(RECORDED / "before")])).proxies, 0, lambda *_: "", measured)
    received = [
        series
        for sample in measured.samples
        for key, series in sample.series.items()
        if key.span == "downstream" and key.route.startswith("inbound")
    ]
    found = sums(RECORDED / "before")
    assert found.proxies == len(measured.samples) > 0
    assert found.requests == sum(series.requests for series in received) > 0
    assert found.p50 is not None and found.p99 is not None and 0 < found.p50 < found.p99


def test_bundles_have_what_their_proxies_said(tmp_path: Path) -> None:
    places = {}
    for name in ("before", "after"):
        snapshot = read_files([str(write(tmp_path, name))])
        answers = [
            ProxyFile(
                "", "shop", file.parent.name if file.parent.name != name else "web-1", file.name, file.read_bytes()
            )
            for file in sorted((RECORDED / name).rglob("*"))
            if file.is_file()
        ]
        places[name] = tmp_path / f"{name}.tar.gz"
        now = datetime(2030, 1, 1, tzinfo=UTC)
        write_bundle(str(places[name]), snapshot, time=now, contexts={"": name}, answers=answers)
    config = tmp_path / "fleet.yaml"
    lines = (f"  - {{path: {places[name]}, labels: {{env: prod, region: {name}}}}}\n" for name in places)
    config.write_text(f"version: 1\nfleet:\n  clusters:\n{''.join(lines)}")
    arguments = ("--config", str(config), "--latency", "-o", "json", "--workers", "1", "--fail-on", "never")
    report = json.loads(inside("fleet", *arguments).out)
    own = {row["labels"]["region"]: row for row in report["fleet"]}
    for name in places:
        expected = sums(RECORDED / name)
        assert (own[name]["requests"], own[name]["p99"]) == (expected.requests, expected.p99)
    totals = {(row["label"], row["value"]): row for row in report["fleetTotals"]}
    assert totals["env", "prod"]["requests"] == sum(row["requests"] for row in own.values())
    slowest = max(own.values(), key=lambda row: row["p99"])
    assert totals["env", "prod"]["slowest"] == slowest["cluster"]
    assert totals["env", "prod"]["slowestP99"] == slowest["p99"]
    assert totals["region", "before"]["requests"] == own["before"]["requests"]
