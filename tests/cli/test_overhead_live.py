"""`meshctl overhead` on live clusters: with the metrics API, without it, where it is forbidden or down; Prometheus."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.apiserver import ADMIN, ApiServer, Fault, Rule, User
from tests.cli.command import Done
from tests.cli.command import inside as meshctl
from tests.prometheus import fake_prometheus
from tests.sidecars import MI, mesh

Start = Callable[..., ApiServer]

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))
METRICS = "metrics.k8s.io"
# Everything but the metrics: the names of their resources are those of pods and nodes.
UNMEASURED = User("limited", (Rule(groups=("", "apps", "batch", "admissionregistration.k8s.io")),))


def overhead(folder: Path, *arguments: str) -> tuple[Done, dict[str, Any]]:
    """With the report; its findings do not count."""
    common = ("--kubeconfig", str(folder / "config"), "--no-config", "--fail-on", "never", "-o", "json")
    done = meshctl("overhead", *arguments, *common)
    found: dict[str, Any] = json.loads(done.out)
    SCHEMA.validate(found)
    return done, found


def tables(report: dict[str, Any]) -> dict[str, Any]:
    return {key: rows for key, rows in report.items() if key.startswith("overhead")}


def test_a_live_cluster_says_what_its_objects_say_in_files(tmp_path: Path, api_server: Start) -> None:
    server = api_server(mesh(), without=())
    server.kubeconfig(tmp_path / "config")
    done, live = overhead(tmp_path)
    file = tmp_path / "mesh.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": mesh()}))
    files = json.loads(meshctl("overhead", "-f", str(file), "--complete", "--no-config", "-o", "json").out)
    assert (done.code, done.err) == (0, "") and tables(live) == tables(files)
    assert live["overheadTotal"][0]["podsMeasured"] == 4
    assert {f["code"] for f in live["findings"]} >= {"MSH109", "MSH115"}
    assert any(request.group == METRICS and request.verb == "list" for request in server.requests)


def test_a_namespace_is_read_alone(tmp_path: Path, api_server: Start) -> None:
    server = api_server(mesh(), without=())
    server.kubeconfig(tmp_path / "config")
    _, found = overhead(tmp_path, "bank")
    assert [row["resource"]["name"] for row in found["overhead"]] == ["ledger"]
    assert found["overhead"][0]["memoryUsed"] == 240 * MI
    paths = {request.path for request in server.requests if request.group == METRICS}
    assert paths == {f"/apis/{METRICS}/v1beta1/namespaces/{name}/pods" for name in ("bank", "istio-system")}


def unmeasured(found: dict[str, Any]) -> None:
    """What is given is told all the same, and nothing of what is used."""
    assert [row["cpuUsed"] for row in found["overhead"]] == [None, None, None]
    assert found["overheadTotal"][0]["cpuRequest"] == 650 and found["overheadRightSizing"] == []
    assert found["overheadTotal"][0]["share"]["cpuUsed"] is None
    assert found["summary"]["unread"] == []


def test_without_the_metrics_api_a_note_says_what_to_do(tmp_path: Path, api_server: Start) -> None:
    api_server(mesh()).kubeconfig(tmp_path / "config")
    done, found = overhead(tmp_path)
    unmeasured(found)
    assert done.code == 0 and done.err == (
        "What the proxies use is not known: there are no PodMetrics. Install the metrics-server, or name a Prometheus "
        "with --prometheus URL.\n"
    )
    assert overhead(tmp_path, "--quiet")[0].err == ""


def test_where_metrics_are_forbidden_a_note_says_so(tmp_path: Path, api_server: Start) -> None:
    server = api_server(mesh(), without=(), users=[UNMEASURED])
    server.kubeconfig(tmp_path / "config", user="limited")
    select = ("--select", "MSH109", "--select", "MSH101")
    done, found = overhead(tmp_path, *select)
    assert [row["cpuUsed"] for row in found["overhead"]] == [None, None, None]
    assert "PodMetrics (metrics.k8s.io) were not read: forbidden: pods.metrics.k8s.io is forbidden" in done.err
    assert not any("metrics" in unread["what"] for unread in found["summary"]["unread"])
    assert found["summary"]["skipped"] == [
        {"analyzer": "MSH109 proxy-near-memory-limit", "why": "PodMetrics was not read"}
    ]


def test_a_metrics_server_that_is_down_is_no_incomplete_run(tmp_path: Path, api_server: Start) -> None:
    gone = Fault(f"/apis/{METRICS}/v1beta1/pods", times=None, status=503, message="service unavailable")
    api_server(mesh(), without=(), faults=[gone]).kubeconfig(tmp_path / "config")
    done, found = overhead(tmp_path)
    unmeasured(found)
    assert done.code == 0 and "were not read: the server answers 503: service unavailable" in done.err


def test_each_cluster_is_counted_by_itself_and_all_together(tmp_path: Path, api_server: Start) -> None:
    for name, without in (("east", ()), ("west", (METRICS,))):
        api_server(mesh(), name=name, without=without).kubeconfig(tmp_path / "config")
    done, found = overhead(tmp_path, "--context", "east", "--context", "west")
    assert "What the proxies of west use is not known" in done.err and "of east" not in done.err
    totals = {row["cluster"]: row for row in found["overheadTotal"]}
    assert list(totals) == ["east", "west", None]
    for key in ("pods", "podsMeasured", "cpuRequest", "memoryLimit"):
        assert totals[None][key] == totals["east"][key] + totals["west"][key] == sum(r[key] for r in found["overhead"])
    assert (totals["east"]["cpuUsed"], totals["west"]["cpuUsed"], totals[None]["cpuUsed"]) == (1036, None, 1036)
    assert sorted((r["cluster"], r["namespace"]) for r in found["overheadByNamespace"]) == [
        (cluster, namespace) for cluster in ("east", "west") for namespace in ("bank", "shop")
    ]
    assert {row["cluster"] for row in found["overheadAmbient"]} == {"east", "west"}
    assert {row["cluster"] for row in found["overheadRightSizing"]} == {"east"}


def test_people_see_the_cluster_where_there_are_several(tmp_path: Path, api_server: Start) -> None:
    for name in ("east", "west"):
        api_server(mesh(), name=name).kubeconfig(tmp_path / "config")
    common = ("--kubeconfig", str(tmp_path / "config"), "--no-config", "--fail-on", "never", "-q")
    done = meshctl("overhead", "--context", "east", "--context", "west", *common)
    total = done.out[done.out.index("All together") :].split("\n\n")[0].splitlines()
    assert [line.split()[:4] for line in total[1:]] == [
        ["CLUSTER", "NAMESPACES", "WORKLOADS", "PODS"],
        ["east", "2", "3", "5"],
        ["west", "2", "3", "5"],
        ["all", "4", "6", "10"],
    ]
    assert "Deployment shop/cart in east" in " ".join(done.out.split())


def prometheus_answer(query: str) -> list[tuple[dict[str, str], float]]:
    if 'container!=""' in query:
        return [({"namespace": "shop"}, 1.0 if "cpu" in query else 1024.0 * MI)]
    peak = 0.4 if query.startswith("quantile_over_time(0.95") else 0.1
    return [({"namespace": "shop", "pod": "cart-a"}, peak if "cpu" in query else 600 * peak * MI)]


def test_prometheus_instead_of_the_moment(tmp_path: Path, api_server: Start) -> None:
    server = api_server(mesh(), without=())
    server.kubeconfig(tmp_path / "config")
    with fake_prometheus(prometheus_answer) as asked:
        done, found = overhead(tmp_path, "--prometheus", asked.url, "--window", "7d")
    assert done.code == 0 and asked.url in found["inputs"]
    assert all("[604800s:1210s]" in query for query in asked.queries)
    (row,) = found["overheadRightSizing"]
    assert (row["resource"]["name"], row["measuredBy"], row["podsMeasured"]) == ("cart", "Prometheus", 1)
    assert (row["cpuMedian"], row["cpuP95"], row["cpuRecommended"]) == (100, 400, 520)
    assert (row["memoryP95"], row["memoryRecommended"]) == (240 * MI, 312 * MI)
    assert found["overheadTotal"][0]["cpuUsed"] == 100
    assert {r["namespace"]: r["share"]["cpuUsed"] for r in found["overheadByNamespace"]} == {"shop": 0.1, "bank": None}


def test_a_prometheus_that_is_not_there_is_an_unread_input(tmp_path: Path, api_server: Start) -> None:
    api_server(mesh(), without=()).kubeconfig(tmp_path / "config")
    done, found = overhead(tmp_path, "--prometheus", "http://127.0.0.1:9")
    assert done.code == 3 and [u["what"] for u in found["summary"]["unread"]] == ["Prometheus"]
    assert found["overheadTotal"][0]["cpuUsed"] == 1036, "the metrics API is there all the same"


def test_a_prometheus_without_kubelets_is_told(tmp_path: Path, api_server: Start) -> None:
    api_server(mesh()).kubeconfig(tmp_path / "config")
    with fake_prometheus(lambda query: []) as asked:
        done, _ = overhead(tmp_path, "--prometheus", asked.url)
    assert done.code == 0 and "it needs container_cpu_usage_seconds_total and" in done.err


@pytest.mark.parametrize("command", ["analyze", "overhead"])
def test_metrics_that_may_not_be_read_fail_no_command(tmp_path: Path, api_server: Start, command: str) -> None:
    denied = Fault(f"/apis/{METRICS}/v1beta1/", times=None, status=403, message="not for you")
    server = api_server(mesh(), without=(), users=[ADMIN], faults=[denied])
    server.kubeconfig(tmp_path / "config")
    arguments = ("--kubeconfig", str(tmp_path / "config"), "--no-config", "--select", "MSH115", "--fail-on", "never")
    assert meshctl(command, *arguments).code == 0
