"""`meshctl latency` from the command line: recordings, comparisons, limits, probes, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError
from meshctl.reports import tables
from meshctl.reports.formats import Style
from tests.proxy.upstream import upstream

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))
BEFORE, AFTER = (str(ROOT / "fixtures/proxy/latency" / name) for name in ("before", "after"))
Run = Callable[..., tuple[int, dict[str, Any]]]


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON report."""
    done = CliRunner().invoke(app, ["latency", *arguments, "--no-config", "-o", "json"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    report = json.loads(done.stdout)
    SCHEMA.validate(report)
    return done.return_value, report


@pytest.fixture
def saved(tmp_path: Path) -> str:
    file = str(tmp_path / "before.json")
    assert run("--dump", BEFORE, "--save", file)[0] == 0
    return file


def row(report: dict[str, Any], span: str, route: str, table: str = "latency") -> dict[str, Any]:
    (found,) = (each for each in report[table] if (each["span"], each["route"]) == (span, route))
    assert isinstance(found, dict)
    return found


def test_replicas_are_one_row_with_all_their_requests() -> None:
    code, report = run("shop", "--dump", BEFORE)
    assert code == 0 and report["inputs"] == [BEFORE]
    found = row(report, "downstream", "inbound_0.0.0.0_8080")
    assert (found["workload"], found["requests"], found["errors"]) == ("web", 1200, 10)
    assert found["proxies"] == ["web-7c9d5b6f4d-kx2vl", "web-7c9d5b6f4d-pq8zn"]
    by_q = {each["q"]: each for each in found["percentiles"]}
    assert (by_q[0.5]["low"], by_q[0.5]["high"], by_q[0.95]["low"]) == (3, 4, 12)
    assert sum(step["requests"] for step in found["spread"]) == 1200
    assert found["added"]["kind"] == "estimate" and found["added"]["low"] <= 0 <= found["added"]["high"]
    replicas = [each for each in report["latencyByProxy"] if each["route"] == "inbound_0.0.0.0_8080"]
    assert [(each["requests"], each["deviation"]) for each in replicas] == [(600, "no difference seen")] * 2


@pytest.mark.parametrize("target", ["shop", "web", "shop/web", "web-7c9d5b6f4d-kx2vl"])
def test_a_target_limits_the_rows(target: str) -> None:
    _, report = run(target, "--dump", BEFORE)
    assert {each["workload"] for each in report["latency"]} == {"web"}
    assert len(report["latency"][0]["proxies"]) == (1 if "kx2vl" in target else 2)


def test_what_became_slower_and_what_did_not(saved: str) -> None:
    code, report = run("--dump", AFTER, "--compare", saved, "--fail-on-increase", "p95=10%")
    verdicts = {(each["route"], each["q"]): each["verdict"] for each in report["latencyChanges"]}
    assert verdicts["inbound_0.0.0.0_8080", 0.5] == "no difference seen"
    assert verdicts["inbound_0.0.0.0_8080", 0.95] == verdicts["inbound_0.0.0.0_8080", 0.99] == "slower"
    assert verdicts["outbound_0.0.0.0_9080", 0.99] == "too few requests"
    (finding,) = (each for each in report["findings"] if each["code"] == "MSH301")
    assert "p95 of requests at listener inbound_0.0.0.0_8080 of web rose from 12.1 ms to 41 ms" in finding["message"]
    assert code == 1


def test_the_other_way_round_it_is_faster(tmp_path: Path) -> None:
    file = str(tmp_path / "slow.json")
    run("--dump", AFTER, "--save", file)
    code, report = run("--dump", BEFORE, "--compare", file, "--fail-on-increase", "p95=1ms")
    found = {each["verdict"] for each in report["latencyChanges"] if each["route"] == "inbound_0.0.0.0_8080"}
    assert found == {"faster", "no difference seen"}
    assert (code, report["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("limit", "codes"),
    [
        ("p95=1s", []),
        ("p95=10ms", ["MSH301"]),
        ("p95=10ms|10%", ["MSH301"]),
        ("p95=1s|10%", ["MSH301"]),
        ("p99=1ms", ["MSH301", "MSH302"]),
    ],
)
def test_limits(saved: str, limit: str, codes: list[str]) -> None:
    code, report = run("--dump", AFTER, "--compare", saved, "--fail-on-increase", limit)
    assert [finding["code"] for finding in report["findings"]] == codes
    assert code == (1 if codes else 0)


def test_saving_and_reading_is_lossless(saved: str) -> None:
    _, report = run("--dump", BEFORE, "--compare", saved)
    assert {each["verdict"] for each in report["latencyChanges"]} <= {"no difference seen", "too few requests"}
    assert all(each["before"] == each["after"] for each in report["latencyChanges"])


def test_nothing_in_common_is_not_a_success(tmp_path: Path, saved: str) -> None:
    text = Path(saved).read_text().replace('"shop"', '"bank"')
    Path(saved).write_text(text)
    code, report = run("--dump", AFTER, "--compare", saved, "--fail-on-increase", "p99=10%")
    assert code == 3
    assert "no workload and route in common" in report["summary"]["unread"][0]["why"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "was not written by meshctl latency --save"),
        ('{"format": "meshctl latency", "version": 2}', "is of version 2"),
        ('{"format": "meshctl latency", "version": 1, "workloads": [{}]}', "is damaged"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "saved.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        run("--dump", AFTER, "--compare", str(file))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "where to measure"),
        (["--dump", "nowhere"], "nowhere does not exist"),
        (["--dump", BEFORE, "--window", "10s"], "no second sample"),
        (["--prometheus", "http://127.0.0.1:9", "--window", "10"], "'10' is no window"),
        (["--dump", BEFORE, "--fail-on-increase", "p99=5ms"], "needs something to compare with"),
        (["--dump", BEFORE, "--compare", "x", "--fail-on-increase", "p99=5"], "write it as p99=5ms"),
        (["--dump", BEFORE, "--compare", "x", "--fail-on-increase", "p99=5ms|"], "write it as p99=5ms"),
        (["--dump", BEFORE, "--compare", "x", "--fail-on-increase", "p42=5ms"], "p42 is not measured"),
        (["shpo", "--dump", BEFORE], "did you mean shop"),
        (["--probe", "ftp://127.0.0.1/"], "write it as http://HOST:PORT/PATH"),
        (["--probe-direct", "http://127.0.0.1:9", "--dump", BEFORE], "name both"),
        (["--dump", BEFORE, "--save", "/nowhere/x.json"], "cannot write /nowhere/x.json"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        run(*arguments)
    assert said in str(error.value)


def test_a_probe_is_measured_saved_and_compared(tmp_path: Path) -> None:
    file = str(tmp_path / "probe.json")
    with upstream() as app:
        quick, slow = (f"http://127.0.0.1:{app.port}/{delay}" for delay in (1, 9))
        code, report = run("--probe", slow, "--probe-direct", quick, "--requests", "40", "--save", file)
        assert code == 0
        found = row(report, "probe", slow)
        assert found["requests"] == 40 and 7 < found["added"]["ms"] < 15
        p50 = next(each for each in report["latencyChanges"] if each["q"] == 0.5)
        assert (p50["against"], p50["verdict"]) == ("direct", "slower")
        _, report = run("--probe", slow, "--compare", file, "--requests", "40")
        assert {each["against"] for each in report["latencyChanges"]} == {"before"}
        assert app.methods == {"GET"}
        failing = ["--probe", slow, "--probe-direct", quick, "--requests", "40", "--fail-on-increase", "p50=2ms"]
        assert run(*failing)[0] == 1


def test_a_dead_address_is_named() -> None:
    code, report = run("--probe", "http://127.0.0.1:9/", "--requests", "5")
    assert code == 3
    assert report["summary"]["unread"] == [{"what": "http://127.0.0.1:9/", "why": "Connection refused"}]


def test_pods_of_the_input_name_their_workload(tmp_path: Path) -> None:
    manifest = tmp_path / "pods.yaml"
    manifest.write_text(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: store, namespace: shop}\n"
        "spec: {template: {spec: {containers: []}}}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-7c9d5b6f4d-kx2vl\n  namespace: shop\n"
        "  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: store, controller: true, uid: x}]\n"
    )
    _, report = run("--dump", BEFORE, "-f", str(manifest))
    assert {each["workload"] for each in report["latency"]} == {"store", "web"}


def test_the_table_for_people(saved: str) -> None:
    _, report = run("shop", "--dump", AFTER, "--compare", saved)
    keys = {key: report[key] for key in ("latency", "latencyByProxy", "latencyChanges")}
    text = tables.render(keys, Style(width=80))
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "shop/web                 1,200  3-4" in text and "█" in text
    assert "Replicas" not in text, "replicas that are alike are for programs"
    assert "no difference seen" not in text and "slower" in text
    plain = tables.render(keys, Style(width=80, unicode=False))
    assert plain.isascii() and "SPREAD" not in plain
