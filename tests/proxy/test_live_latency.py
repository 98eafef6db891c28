"""latency of live clusters: a real Envoy with traffic, by every way to its numbers."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError
from meshctl.proxy.latency.reading import from_prometheus
from tests.apiserver import ApiServer
from tests.proxy import envoy
from tests.proxy.envoy import Envoy
from tests.proxy.livemesh import EXEC, POD_PROXY, PORT_FORWARD, agent, asked, config, only_reads, pod, port_of, user
from tests.proxy.recorder import Told, recording
from tests.proxy.upstream import send, upstream

LISTENER = "outbound_0.0.0.0_9080"
CLUSTER = "outbound|9080||cart.shop.svc.cluster.local"
NAME = "web-5d8f7b6c9d-x2k4p"
REQUESTS = 40

Start = Callable[..., ApiServer]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Envoy]:
    """A sidecar that has passed on some requests."""
    with (
        upstream() as application,
        envoy.running(
            tmp_path_factory.mktemp("busy"),
            as_node=envoy.node(NAME, "shop", WORKLOAD_NAME="web"),
            listeners=[envoy.http_listener(LISTENER, [envoy.route(CLUSTER)])],
            clusters=[envoy.cluster(CLUSTER, application.port)],
            bootstrap={"stats_flush_interval": "0.2s"},
        ) as started,
    ):
        started.wait("listener_manager.total_listeners_active")
        send(started.port(LISTENER), ["2"] * REQUESTS)
        # Counters are there at once, histograms when Envoy has flushed them.
        envoy.until(lambda: REQUESTS in counted(started), "the requests in the histogram")
        yield started


def counted(started: Envoy) -> list[int]:
    return [series.requests for series in from_prometheus(started.get("/stats/prometheus")).values()]


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    given = ["latency", *arguments, "--no-config", "--no-cache", "-o", "json", "-q"]
    done = CliRunner().invoke(app, given, standalone_mode=False)
    if isinstance(done.exception, UsageError):
        raise done.exception
    assert done.exception is None, done.output
    return done.return_value, json.loads(done.stdout)


def replicaset() -> dict[str, Any]:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": True}
    name = NAME.rpartition("-")[0]
    metadata = {"name": name, "namespace": "shop", "ownerReferences": [owner]}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": {}}


@pytest.mark.parametrize("way", [PORT_FORWARD, EXEC, POD_PROXY])
def test_every_way_to_the_numbers(api_server: Start, busy: Envoy, tmp_path: Path, way: str) -> None:
    server = api_server(
        [pod(NAME), replicaset()], users=[user("dev", way)], execute=agent({f"shop/{NAME}": busy.admin}, [])
    )
    for port in (15000, 15090) if way != EXEC else ():
        server.forward(f"shop/{NAME}", port, port_of(busy.admin))
    code, report = run(*config(server, tmp_path, "dev"))
    assert (code, report["summary"]["unread"]) == (0, [])
    assert any(row["requests"] == REQUESTS for row in report["latency"]), report["latency"]
    assert only_reads(server)
    used = {request.resource for request in server.requests if request.status in (101, 200)}
    assert used & {PORT_FORWARD, EXEC, POD_PROXY} == {way}


def test_without_either_the_metrics_are_left(api_server: Start, busy: Envoy, tmp_path: Path) -> None:
    server = api_server([pod(NAME), pod("web-2")], users=[user("dev", POD_PROXY)])
    server.forward(f"shop/{NAME}", 15090, port_of(busy.admin))
    code, report = run(*config(server, tmp_path, "dev"))
    (unread,) = report["summary"]["unread"]
    assert code == 3 and unread["what"] == "shop/web-2"
    assert "port-forward and exec are forbidden in namespace shop" in unread["why"]
    tried = {request.name for request in asked(server, POD_PROXY)}
    assert tried == {f"{NAME}:15090", "web-2:15090", "web-2:15020"} and only_reads(server)


def test_a_window_has_two_samples(api_server: Start, busy: Envoy, tmp_path: Path) -> None:
    """Nothing passes in it, and the time that is waited for does not count as the cluster's."""
    server = api_server([pod(NAME)])
    server.forward(f"shop/{NAME}", 15000, port_of(busy.admin))
    code, report = run(*config(server, tmp_path), "--window", "1500ms", "--timeout", "1")
    assert (code, report["summary"]["unread"]) == (0, [])
    assert not any(row["requests"] for row in report["latency"])


@pytest.mark.parametrize("target", [NAME, f"shop/{NAME}", "shop", "web"])
def test_a_target(api_server: Start, busy: Envoy, tmp_path: Path, target: str) -> None:
    server = api_server([pod(NAME), pod("other", "blog"), replicaset()])
    for name in (f"shop/{NAME}", "blog/other"):
        server.forward(name, 15000, port_of(busy.admin))
    _, report = run(target, *config(server, tmp_path))
    assert any(row["requests"] == REQUESTS for row in report["latency"])
    # Whether it is a workload is known when all were asked.
    assert {request.name for request in asked(server, PORT_FORWARD)} == {NAME, *(["other"] if target == "web" else [])}


def test_a_window_of_metrics_has_two_samples_too(api_server: Start, busy: Envoy, tmp_path: Path) -> None:
    server = api_server([pod(NAME)], users=[user("dev", POD_PROXY)])
    with recording(behind=busy.admin) as proxy:
        server.forward(f"shop/{NAME}", 15090, port_of(proxy.url))
        code, report = run(*config(server, tmp_path, "dev"), "--window", "300ms")
        assert proxy.requests == [("GET", "/stats/prometheus")] * 2
    assert (code, report["summary"]["unread"]) == (0, [])


LINKERD = """\
response_total{direction="outbound",dst_service="books",dst_namespace="shop",classification="success"} 100
response_latency_ms_bucket{direction="outbound",dst_service="books",dst_namespace="shop",le="10"} 50
response_latency_ms_bucket{direction="outbound",dst_service="books",dst_namespace="shop",le="20"} 100
response_latency_ms_bucket{direction="outbound",dst_service="books",dst_namespace="shop",le="+Inf"} 100
"""


@pytest.mark.parametrize("way", [PORT_FORWARD, POD_PROXY])
def test_linkerd_is_asked_for_its_metrics(api_server: Start, tmp_path: Path, way: str) -> None:
    meshed = [pod("web-1", container="linkerd-proxy"), pod("dead", container="linkerd-proxy")]
    server = api_server([*meshed, pod("plain", container="other")], users=[user("dev", way)])
    with recording({"/metrics": Told(200, LINKERD.encode())}) as proxy:
        server.forward("shop/web-1", 4191, port_of(proxy.url))
        code, report = run(*config(server, tmp_path, "dev"))
        assert proxy.requests == [("GET", "/metrics")]
    (row,) = report["latency"]
    assert (row["workload"], row["route"], row["requests"]) == ("web-1", "books.shop", 100)
    assert row["percentiles"][0]["ms"] == pytest.approx(10, abs=1)
    (unread,) = report["summary"]["unread"]
    assert code == 3 and unread["what"] == "shop/dead"
    assert only_reads(server)


def test_an_idle_linkerd_is_not_told_to_set_what_is_istios(api_server: Start, tmp_path: Path) -> None:
    server = api_server([pod("web-1", container="linkerd-proxy")])
    with recording({"/metrics": Told(200, b"process_start_time_seconds 1\n")}) as proxy:
        server.forward("shop/web-1", 4191, port_of(proxy.url))
        given = ["latency", *config(server, tmp_path), "--no-config"]
        done = CliRunner().invoke(app, given, standalone_mode=False)
    assert (done.return_value, done.stderr) == (0, "No request was counted.\n")
