"""`meshctl proxy-status` from the command line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError
from tests.cli.command import ROOT
from tests.cli.command import inside as meshctl

REFUSING = ROOT / "fixtures/proxy/refusing"
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text()))

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run() -> Run:
    def run(*arguments: str, quiet: bool = True) -> tuple[int, dict[str, Any]]:
        given = ["proxy-status", *arguments, "--no-config", "--no-cache", "-o", "json", *(["-q"] if quiet else [])]
        done = CliRunner().invoke(app, given, standalone_mode=False)
        if isinstance(done.exception, UsageError):
            raise done.exception
        assert done.exception is None, done.output
        report = json.loads(done.stdout)
        SCHEMA.validate(report)
        return done.return_value, report

    return run


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(REFUSING, tmp_path / "recording"))


def states(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f"{r['resource']['namespace']}/{r['resource']['name']}", r["state"]) for r in report["proxies"]]


def found(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["code"], f["resource"]["name"]) for f in report["findings"]]


def test_problems_come_first_and_one_cause_is_one_finding(run: Run) -> None:
    code, report = run("--dump", str(REFUSING), "-f", str(REFUSING / "mesh.yaml"))
    assert states(report) == [("shop/web-1", "ERROR"), ("shop/web-2", "ERROR"), ("istio-system/gateway-1", "SYNCED")]
    assert found(report) == [("MSH201", "lua"), ("MSH208", "web-1")]
    refused = report["findings"][0]
    assert refused["location"]["file"].endswith("mesh.yaml") and refused["location"]["startLine"] == 11
    assert (
        "2 proxies refuse their listener 0.0.0.0_80 because of this EnvoyFilter: shop/web-1, shop/web-2."
        in (refused["message"])
    )
    assert "'=' expected near 'is'" in refused["message"]
    assert code == 1


def test_a_row_has_both_sides(run: Run) -> None:
    _, report = run("--dump", str(REFUSING))
    row = report["proxies"][0]
    assert (row["kind"], row["version"], row["controlPlane"], row["server"]) == (
        "sidecar",
        "1.29.1",
        "istiod-7d5-x",
        "LIVE",
    )
    by_type = {t["type"]: (t["state"], t["age"]) for t in row["types"]}
    assert by_type == {"CDS": ("SYNCED", 39.5), "LDS": ("ERROR", 39.5)}
    assert [(r["type"], r["resource"], r["past"]) for r in row["rejections"]] == [("LDS", "0.0.0.0_80", False)]
    assert [(w["kind"], w["name"]) for w in row["waiting"]] == [("cluster", "outbound|81||api.shop.svc.cluster.local")]
    assert row["sources"] == ["syncz of istiod-7d5-x", "answers of web"]


def test_without_resources_the_pod_stands_for_the_cause(run: Run) -> None:
    _, report = run("--dump", str(REFUSING))
    assert found(report) == [("MSH201", "web-1"), ("MSH208", "web-1")]
    assert "location" not in report["findings"][0]


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        (["web-1"], ["shop/web-1"]),
        (["web-1.shop"], ["shop/web-1"]),
        (["shop/web-2"], ["shop/web-2"]),
        (["-n", "shop"], ["shop/web-1", "shop/web-2"]),
        (["-n", "istio-system"], ["istio-system/gateway-1"]),
    ],
)
def test_only_those_that_are_asked_for(run: Run, flags: list[str], shown: list[str]) -> None:
    code, report = run(*flags, "--dump", str(REFUSING), "-f", str(REFUSING / "mesh.yaml"))
    assert [name for name, _ in states(report)] == shown
    refused = [f["message"] for f in report["findings"] if f["code"] == "MSH201"]
    assert len(refused) == code == (0 if shown == ["istio-system/gateway-1"] else 1)
    for name in ("shop/web-1", "shop/web-2"):
        assert all((name in message) == (name in shown) for message in refused)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["web-3"], "there is no proxy web-3: did you mean web-"),
        (["shop/wbe-1"], "did you mean shop/web-1?"),
        (["web-1.bank"], "there is no proxy web-1.bank"),
        (["gatway"], "did you mean istio-system/gateway-1?"),
        (["gateway"], "did you mean istio-system/gateway-1?"),
        (["-n", "shpo"], "there is no proxy in namespace shpo: did you mean shop"),
        (["--stale-after", "-1"], "0 or more"),
        (["--stale-after", "nan"], "0 or more"),
    ],
)
def test_what_is_asked_for_must_be_there(run: Run, arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run(*arguments, "--dump", str(REFUSING))


def test_a_namespace_of_the_files_may_have_no_proxy(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bank.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: bank}\n")
    code, report = run("-n", "bank", "--dump", str(REFUSING), "-f", str(tmp_path))
    assert (code, report["proxies"]) == (0, [])


def test_nothing_to_look_at(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name recorded answers with --dump"):
        run()
    with pytest.raises(UsageError, match="holds no answer"):
        run("--dump", str(tmp_path))


def test_the_proxies_alone(run: Run, recording: Path) -> None:
    (recording / "istiod-7d5-x.syncz.json").unlink()
    code, report = run("--dump", str(recording))
    (row,) = report["proxies"]
    assert (row["state"], row["controlPlane"], row["connected"]) == ("ERROR", "", None)
    assert {t["type"]: t["state"] for t in row["types"]} == {"CDS": "ACCEPTED", "LDS": "ERROR"}
    assert (code, [c for c, _ in found(report)]) == (1, ["MSH201", "MSH208"])


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("web.config_dump.json", "", "the config dump is empty"),
        ("web.config_dump.json", '{"configs": [{"@type": "a', "the config dump ends in the middle"),
        ("web.stats.json", "upstream request timeout", "the stats is no answer of /stats: upstream request timeout"),
        ("web.server_info.json", "<html><title>404</title>", "the server info is a web page instead of JSON: 404"),
        ("istiod-7d5-x.syncz.json", "404 page not found", "/debug/syncz is text instead of JSON: 404 page not found"),
    ],
)
def test_one_broken_answer_takes_no_other_down(run: Run, recording: Path, file: str, content: str, why: str) -> None:
    (recording / file).write_text(content)
    code, report = run("--dump", str(recording))
    assert code == 3
    (unread,) = report["summary"]["unread"]
    assert why in unread["why"] and unread["what"] in ("web", "istiod-7d5-x")
    assert ("shop/web-1", "ERROR") in states(report) or ("shop/web-1", "ACCEPTED") in states(report)
    assert not [f for f in report["findings"] if f["code"] == "MSH004"]


def test_hundreds_that_refuse_one_thing_are_one_finding(run: Run, tmp_path: Path) -> None:
    error = "Error adding/updating listener(s) 10.0.{0}.1_80: cannot bind '10.0.{0}.1:80': in use\n"
    listeners = "type.googleapis.com/envoy.config.listener.v3.Listener"
    entries = [
        {
            "proxy": f"web-{i}.ns{i % 7}",
            "proxy_type": "sidecar",
            "resources": {listeners: {"sent": "b", "acked": "a", "lastError": error.format(i % 250)}},
        }
        for i in range(400)
    ]
    (tmp_path / "istiod.syncz.json").write_text(json.dumps(entries))
    _, report = run("--dump", str(tmp_path))
    assert len(report["proxies"]) == 400
    (finding,) = report["findings"]
    assert "400 proxies refuse their listeners" in finding["message"] and "390 more" in finding["message"]


def test_a_hundred_that_lost_their_connection_are_a_finding_a_workload(run: Run, tmp_path: Path) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9", "uid": "1", "controller": True}
    lost = {"stats": [{"name": "control_plane.connected_state", "value": 0}]}
    metadata = {"name": "web-5d9", "namespace": "shop", "uid": "1"}
    pods: list[Any] = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": {}}]
    for i in range(100):
        metadata = {"name": f"web-{i:03}", "namespace": "shop", "ownerReferences": [owner]}
        pods.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": []}})
        folder = tmp_path / "recorded/shop" / f"web-{i:03}"
        folder.mkdir(parents=True)
        (folder / "stats.json").write_text(json.dumps(lost))
    (tmp_path / "pods.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}))
    code, report = run("--dump", str(tmp_path / "recorded"), "-f", str(tmp_path / "pods.json"))
    (finding,) = report["findings"]
    assert (code, finding["code"]) == (1, "MSH203")
    assert "100 proxies, those of shop/web-000, shop/web-001" in finding["message"]
    assert "say that they are not connected to their control plane" in finding["message"]


def test_the_order_of_files_and_runs_changes_nothing(recording: Path) -> None:
    given = ["proxy-status", "--dump", str(recording), "--no-config", "--no-cache", "-o", "json"]
    first = CliRunner().invoke(app, given, standalone_mode=False).stdout
    assert CliRunner().invoke(app, given, standalone_mode=False).stdout == first != ""


def test_the_table_for_people() -> None:
    done = meshctl("proxy-status", "--dump", str(REFUSING), "--no-config")
    assert done.code == 1
    assert done.out.splitlines()[:4] == [
        "PROXY                   KIND     STATE      VERSION",
        "shop/web-1              sidecar  ERROR LDS  1.29.1",
        "shop/web-2              sidecar  ERROR LDS  1.29.1",
        "istio-system/gateway-1  router   SYNCED     1.29.1",
    ]
    assert done.err == "3 proxies: 2 refused what was sent, 1 in sync.\n"
    assert "Found 1 error and 1 warning in 3 proxies." in done.out


def test_the_destinationrule_of_a_refused_cluster_is_shown(run: Run) -> None:
    case = ROOT / "fixtures/MSH201-proxy-rejects-configuration/fail-no-envoyfilter"
    _, report = run("--dump", str(case / "recorded"), "-f", str(case / "mesh.yaml"))
    (finding,) = report["findings"]
    (rule,) = finding["related"]
    assert (rule["resource"]["kind"], rule["resource"]["name"], rule["location"]["startLine"]) == (
        "DestinationRule",
        "api",
        37,
    )
