"""Drift of a real Envoy whose configuration is what istiod sends for a small mesh, and is changed while it runs."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.graph.mesh import MeshGraph
from meshctl.proxy.drift import samples
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.gather import Sources, gather
from meshctl.sources.files import read_files
from tests.proxy import envoy
from tests.proxy.drifting import told
from tests.proxy.envoy import HCM, ROUTER, Envoy, Fields

DRIFTING = Path(__file__).parents[2] / "fixtures/proxy/drifting"
MESH = DRIFTING / "mesh.yaml"
ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"
HOSTS = {name: f"{name}.shop.svc.cluster.local" for name in ("api", "api-next")}
ADDRESSES = ("10.1.0.1", "10.1.0.2")


def source_of(kind: str) -> Fields:
    config = f"/apis/networking.istio.io/v1/namespaces/shop/{kind}/api"
    return {"filter_metadata": {"istio": {"config": config}}}


def cluster(name: str, folder: Path, limit: int, **more: Any) -> Fields:
    limits = {"max_connections": limit, "max_pending_requests": 2**32 - 1, "max_requests": 2**32 - 1}
    thresholds = [{**limits, "max_retries": 2**32 - 1}]
    full = f"outbound|80||{HOSTS[name]}"
    made = envoy.eds_cluster(full, folder / f"{name}.json", lb_policy="LEAST_REQUEST", **more)
    return {**made, "connect_timeout": "10s", "circuit_breakers": {"thresholds": thresholds}}


def clusters(folder: Path, limit: int = 100) -> list[Fields]:
    rule = source_of("destination-rule")
    return [cluster("api", folder, limit, metadata=rule), cluster("api-next", folder, 2**32 - 1)]


def endpoints(folder: Path, name: str, addresses: tuple[str, ...]) -> None:
    entries = [{"endpoint": {"address": envoy.address(ip, 8080)}, "health_status": "HEALTHY"} for ip in addresses]
    load = {"cluster_name": f"outbound|80||{HOSTS[name]}", "endpoints": [{"lb_endpoints": entries}]}
    envoy.replace(folder / f"{name}.json", envoy.ENDPOINTS, [load])


def routes(folder: Path, weights: tuple[int, int] = (80, 20), timeout: str = "4s") -> None:
    split = [{"name": f"outbound|80||{HOSTS[n]}", "weight": w} for n, w in zip(HOSTS, weights, strict=True)]
    retries = {"retry_on": "connect-failure,refused-stream", "num_retries": 2}
    action = {"weighted_clusters": {"clusters": split}, "timeout": timeout, "retry_policy": retries}
    route = {
        "name": "all",
        "match": {"prefix": "/"},
        "route": {**action, "max_grpc_timeout": timeout},
        "metadata": source_of("virtual-service"),
    }
    plain = {
        "name": "default",
        "match": {"prefix": "/"},
        "route": {"cluster": f"outbound|80||{HOSTS['api-next']}", "timeout": "0s"},
    }
    hosts = [
        {"name": f"{HOSTS[name]}:80", "domains": [HOSTS[name], name], "routes": [each]}
        for name, each in (("api", route), ("api-next", plain))
    ]
    envoy.replace(folder / "rds.json", ROUTES, [{"name": "80", "virtual_hosts": hosts}])


def listener(folder: Path) -> Fields:
    manager = {
        "@type": HCM,
        "stat_prefix": "outbound_0.0.0.0_80",
        "rds": {"route_config_name": "80", "config_source": envoy.source(folder / "rds.json")},
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {"@type": ROUTER}}],
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    return {"name": "0.0.0.0_80", "address": envoy.address("127.0.0.1", 0), "filter_chains": [chain]}


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Envoy]:
    """A sidecar that runs what the mesh asks for."""
    monkeypatch.setattr(samples, "PAUSE", 0.0)
    folder = tmp_path / "sidecar"
    folder.mkdir()
    endpoints(folder, "api", ADDRESSES)
    endpoints(folder, "api-next", ())
    routes(folder)
    node = envoy.node("web-1", "shop", LABELS={"app": "web"})
    with envoy.running(folder, as_node=node, listeners=[listener(folder)], clusters=clusters(folder)) as started:
        started.wait("listener_manager.total_listeners_active")
        yield started


def found(proxy: Envoy) -> list[tuple[str, Any, Any]]:
    """Field, desired and running value of each difference that the command tells."""
    given = ["drift", "--admin-url", proxy.admin, "-f", str(MESH), "--no-config", "--no-cache", "-o", "json", "-q"]
    done = CliRunner().invoke(app, given, standalone_mode=False)
    assert done.exception is None, done.output
    report = json.loads(done.stdout)
    assert report["summary"]["unread"] == []
    return [(row["path"], row["desired"], row["running"]) for row in report["drift"]]


def runs(proxy: Envoy, text: str, there: bool = True) -> None:
    envoy.until(lambda: (text.encode() in proxy.get("/config_dump?include_eds")) is there, text)


def test_what_runs_as_asked_has_no_drift(synced: Envoy) -> None:
    assert found(synced) == []


def test_every_change_while_it_runs_is_found(synced: Envoy) -> None:
    folder = synced.folder
    routes(folder, weights=(70, 30))
    runs(synced, '"weight": 70')
    assert found(synced) == [("spec.http[0].route[0].weight", 80, 70), ("spec.http[0].route[1].weight", 20, 30)]
    routes(folder, timeout="9s")
    runs(synced, '"timeout": "9s"')
    assert found(synced) == [("spec.http[0].timeout", "4s", "9s")]
    routes(folder)
    runs(synced, '"timeout": "9s"', there=False)
    synced.clusters(clusters(folder, limit=50))
    runs(synced, '"max_connections": 50')
    assert found(synced) == [("spec.trafficPolicy.connectionPool.tcp.maxConnections", 100, 50)]
    synced.clusters(clusters(folder))
    runs(synced, '"max_connections": 50', there=False)
    endpoints(folder, "api", ADDRESSES[:1])
    runs(synced, ADDRESSES[1], there=False)
    assert found(synced) == [("endpoints[1].addresses[0]", "10.1.0.2:8080", None)]
    endpoints(folder, "api", ADDRESSES)
    runs(synced, ADDRESSES[1])
    assert found(synced) == []


def test_a_recorded_proxy_that_missed_three_changes() -> None:
    outcome = drift(MeshGraph(read_files([str(MESH)])), gather(Sources(dumps=[str(DRIFTING / "recorded")])))
    assert [(d.path, d.desired, d.running) for d in outcome.differences] == [
        (("endpoints", 1, "addresses", 0), "10.1.0.2:8080", None),
        (("spec", "trafficPolicy", "connectionPool", "tcp", "maxConnections"), 100, 50),
        (("spec", "http", 0, "timeout"), "4s", "9s"),
    ], told(outcome)


def record(place: Path, folder: Path) -> None:
    """Record the sidecar with another time-out, another limit and an address too few (`python -m ... FOLDER`)."""
    place.mkdir(parents=True, exist_ok=True)
    endpoints(folder, "api", ADDRESSES[:1])
    endpoints(folder, "api-next", ())
    routes(folder, timeout="9s")
    node = envoy.node("web-1", "shop", LABELS={"app": "web"})
    with envoy.running(folder, as_node=node, listeners=[listener(folder)], clusters=clusters(folder, 50)) as started:
        started.wait("listener_manager.total_listeners_active")
        dump = json.loads(started.get("/config_dump?include_eds"))
        dump["configs"][0]["bootstrap"]["node"].pop("extensions", None)
        text = json.dumps(dump, indent=1).replace(str(folder), "/etc/envoy")
        (place / "web-1.config_dump.json").write_text(f"{text}\n")
        (place / "web-1.clusters.json").write_bytes(started.get("/clusters?format=json"))


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        record(Path(sys.argv[1]), Path(made))
