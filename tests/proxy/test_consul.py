"""The Envoys of Consul: recordings, a real Envoy and live clusters say the same of them."""

import datetime
import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from meshctl.graph.mesh import MeshGraph
from meshctl.model.consulproxy import service_of
from meshctl.model.facts import Facts
from meshctl.model.proxystate import ProxyState
from meshctl.proxy.consul.growth import grown
from meshctl.proxy.envoy.identity import identity_of_node
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.latency.reading import from_prometheus
from meshctl.proxy.latency.series import Key
from meshctl.proxy.status.observe import observe
from meshctl.sources.snapshot import Snapshot
from meshctl_analyzers.consul.proxy import connect_failures
from tests.apiserver import ApiServer
from tests.cli.command import Done, inside
from tests.proxy import consulenvoy, envoy
from tests.proxy.consulenvoy import NODE, POD, TRUST, sni
from tests.proxy.envoy import Envoy
from tests.proxy.livemesh import PORT_FORWARD, config, only_reads, pod, port_of, user
from tests.proxy.upstream import upstream

RECORDED = Path(__file__).parents[2] / "fixtures/proxy/consul"
CODES = {"CSL501": 1, "CSL502": 1, "CSL503": 1, "CSL504": 1, "CSL505": 1, "CSL506": 1}

Start = Callable[..., ApiServer]

pytestmark = pytest.mark.usefixtures("loose_sockets")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Envoy, list[int]]]:
    """The proxy that the recording is of, as it runs, and the ports of its upstreams."""
    ports = consulenvoy.free_ports(5)
    with consulenvoy.running(tmp_path_factory.mktemp("consul"), ports, datetime.timedelta(hours=2)) as started:
        yield started, ports


def mesh_of(folder: Path, ports: list[int]) -> Path:
    """The resources beside the recording, with these ports of upstreams."""
    text = (RECORDED / "mesh.yaml").read_text()
    for written, port in zip(("15432", "19090", "19091", "19092", "15433"), ports, strict=True):
        text = text.replace(f":{written}", f":{port}")
    file = folder / "mesh.yaml"
    file.write_text(text)
    return file


def codes(done: Done) -> dict[str, int]:
    return json.loads(done.out)["summary"]["byCode"]  # type: ignore[no-any-return]


def row(done: Done) -> dict[str, Any]:
    (found,) = json.loads(done.out)["proxies"]
    return {key: found[key] for key in ("proxy", "kind", "state", "version", "certificate")}


def test_a_recording() -> None:
    given = ("--dump", str(RECORDED), "-f", str(RECORDED / "mesh.yaml"), "--no-config", "-o", "json")
    done = inside("proxy-status", *given)
    assert (done.code, codes(done)) == (1, CODES)
    assert row(done) == {
        "proxy": "consul-dataplane",
        "kind": "sidecar",
        "state": "ERROR",
        "version": "1.40.0",
        "certificate": {"expires": "2026-11-21T12:48:01Z", "remaining": 7196, "failedRenewals": 0},
    }


def test_a_real_envoy_says_what_its_recording_says(broken: tuple[Envoy, list[int]], tmp_path: Path) -> None:
    proxy, ports = broken
    answers = tmp_path / "shop" / POD
    answers.mkdir(parents=True)
    for answer, path in consulenvoy.ANSWERS.items():
        (answers / f"{answer}.json").write_bytes(proxy.get(path))
    (tmp_path / "manifest.json").write_text(json.dumps({"capturedAt": f"{datetime.datetime.now(datetime.UTC):%FT%TZ}"}))
    mesh = mesh_of(tmp_path, ports)
    done = inside("proxy-status", "--dump", str(tmp_path), "-f", str(mesh), "--no-config", "-o", "json")
    assert codes(done) == CODES


def test_a_port_tells_its_pod(broken: tuple[Envoy, list[int]]) -> None:
    """Not its namespace: Consul's own is another thing."""
    done = inside("proxy-status", "--admin-url", broken[0].admin, "--no-config", "-o", "json")
    (found,) = json.loads(done.out)["proxies"]
    assert (found["resource"]["name"], found["resource"]["namespace"], found["proxy"]) == (POD, "", "consul-dataplane")
    # Which upstreams the pod lists is not known.
    assert codes(done) == {code: number for code, number in CODES.items() if code != "CSL503"}


def test_live(broken: tuple[Envoy, list[int]], api_server: Start, tmp_path: Path) -> None:
    annotated = pod(POD, container="consul-dataplane")
    listed = {"consul.hashicorp.com/connect-service-upstreams": f"db:{broken[1][0]},ledger:{broken[1][4]}"}
    annotated["metadata"]["annotations"] = listed
    server = api_server([annotated, pod("plain", container="other")], users=[user("dev", PORT_FORWARD)])
    server.forward(f"shop/{POD}", 19000, port_of(broken[0].admin))
    done = inside("proxy-status", "-A", *config(server, tmp_path, "dev"), "--no-config", "-o", "json")
    assert codes(done) == CODES
    assert (row(done)["proxy"], row(done)["state"]) == ("consul-dataplane", "ERROR")
    assert only_reads(server)


def test_a_gateway_is_asked_too(api_server: Start, tmp_path: Path) -> None:
    gateway = pod("consul-front-5d8f-x", container="ingress-gateway")
    gateway["metadata"]["annotations"] = {"consul.hashicorp.com/gateway-kind": "ingress-gateway"}
    server = api_server([gateway], users=[user("dev", PORT_FORWARD)])
    node = {**NODE, "id": "consul-front-5d8f-x", "cluster": "front"}
    listener = consulenvoy.upstream("gone", consulenvoy.free_ports(1)[0])
    with envoy.running(tmp_path / "envoy", as_node=node, listeners=[listener]) as proxy:
        proxy.wait("listener_manager.total_listeners_active")
        server.forward("shop/consul-front-5d8f-x", 19000, port_of(proxy.admin))
        done = inside("proxy-status", "-A", *config(server, tmp_path, "dev"), "--no-config", "-o", "json")
    assert codes(done) == {"CSL504": 1}
    assert (row(done)["kind"], row(done)["state"]) == ("router", "ACCEPTED")


def states(proxy: Envoy) -> tuple[ProxyState, ...]:
    return observe(gather(Sources(admin_urls=[proxy.admin]))).states


def test_what_fails_between_two_looks_is_a_warning(broken: tuple[Envoy, list[int]]) -> None:
    proxy, ports = broken
    before = states(proxy)

    def said(seen: tuple[ProxyState, ...]) -> list[tuple[str, str]]:
        mesh = MeshGraph(Snapshot(()), facts=Facts(states=seen))
        claims = connect_failures.check.check(mesh)
        return [(claim.message.partition(":")[0], str(claim.severity)) for claim in claims]

    assert said(grown(before, states(proxy))) == []
    consulenvoy.call(proxy, ports[1])
    assert said(grown(before, states(proxy))) == [("1 connection to payments failed since the last look", "None")]


def test_a_proxy_that_counts_from_zero_is_as_if_seen_once(broken: tuple[Envoy, list[int]]) -> None:
    (now,) = states(broken[0])
    assert now.consul is not None
    more = tuple(structs.replace(target, failures=target.failures + 1) for target in now.consul.targets)
    earlier = replace(now, consul=structs.replace(now.consul, targets=more))
    assert grown([earlier], [now]) == (now,)


def test_latency_by_service(tmp_path: Path) -> None:
    with upstream() as application:
        (port,) = consulenvoy.free_ports(1)
        listener = envoy.http_listener(f"api:127.0.0.1:{port}", [envoy.route(sni("v2.api"))], port=port)
        clusters = [envoy.cluster(sni("v2.api"), application.port)]
        tags = {"stats_config": {"stats_tags": consulenvoy.TAGS}}
        with envoy.running(tmp_path, as_node=NODE, listeners=[listener], clusters=clusters, bootstrap=tags) as proxy:
            proxy.wait("listener_manager.total_listeners_active")
            for _ in range(7):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/1", timeout=20).close()
            proxy.wait(f"cluster.{sni('v2.api')}.upstream_rq_completed", 7)
            done = inside("latency", "--admin-url", proxy.admin, "--no-config", "-o", "json")
            proxy.wait(f"cluster.{sni('v2.api')}.upstream_rq_2xx", 7)
            scraped = from_prometheus(proxy.get("/stats/prometheus"))
    assert scraped[Key("upstream", "v2 of api")].answered == 7
    found = {(each["span"], each["route"]): each["requests"] for each in json.loads(done.out)["latency"]}
    assert found["upstream", "v2 of api"] == 7


def test_drift_says_that_there_is_nothing_to_compare() -> None:
    done = inside("drift", "--dump", str(RECORDED), "-f", str(RECORDED / "mesh.yaml"), "--no-config")
    assert done.code == 2 and "a consul-dataplane has no configuration of Istio" in done.err


@pytest.mark.parametrize(
    ("node", "pod", "kind"),
    [
        (NODE, POD, "sidecar"),
        ({**NODE, "cluster": "web-sidecar-proxy"}, POD, "sidecar"),
        ({**NODE, "id": "consul-front-5d8f-x", "cluster": "front"}, "consul-front-5d8f-x", "router"),
    ],
    ids=["sidecar", "named-by-proxy", "gateway"],
)
def test_who_it_is(node: dict[str, Any], pod: str, kind: str) -> None:
    found = identity_of_node(node)
    assert found is not None and (found.pod, found.namespace, found.kind, found.consul) == (pod, "", kind, True)


def test_another_envoy_is_none_of_consul() -> None:
    assert identity_of_node({"id": "edge-1", "cluster": "edge", "metadata": {"namespace": "default"}}) is None


@pytest.mark.parametrize(
    ("cluster", "service"),
    [
        (sni("db"), "db"),
        (sni("v2.db"), "v2 of db"),
        (f"failover-target~1~{sni('db')}", "db"),
        (f"db.default.east.external.{TRUST}.consul", "db"),
        ("local_app", "local_app"),
        ("outbound|80||db.internal.svc.cluster.local", "outbound|80||db.internal.svc.cluster.local"),
    ],
)
def test_clusters_by_service(cluster: str, service: str) -> None:
    assert service_of(cluster) == service


def test_it_is_told_once() -> None:
    """What one of Consul's refuses is not told by Istio's checks as well."""
    done = inside("proxy-status", "--dump", str(RECORDED), "--no-config", "-o", "json")
    assert not {code for code in codes(done) if code.startswith(("MSH", "IST", "LKD"))}
