"""linkerd-proxy: recordings, a port, live clusters and bundles say the same of it, and drift says that it cannot."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meshctl.graph.mesh import MeshGraph
from meshctl.model.facts import Facts
from meshctl.model.proxystate import ProxyState
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.linkerd.growth import grown
from meshctl.proxy.status.observe import observe
from meshctl.sources.snapshot import Snapshot
from meshctl_analyzers.linkerd.proxy import identity_expiring, traffic_denied
from tests.apiserver import ApiServer
from tests.cli.command import Done, inside
from tests.proxy.livemesh import POD_PROXY, PORT_FORWARD, asked, config, only_reads, pod, port_of, user
from tests.proxy.recorder import Told, recording

RECORDED = Path(__file__).parents[2] / "fixtures/proxy/linkerd"
DENYING, HEALTHY = "books/books-6d4b75cb6d-8t5wn", "shop/web-7c9d5b6f4d-kx2vl"
WHO = "/env.json?_pod_ns&_pod_name"
TIME = "Tue, 15 Jan 2030 00:00:00 GMT"

Start = Callable[..., ApiServer]

pytestmark = pytest.mark.usefixtures("loose_sockets")


def metrics(name: str) -> bytes:
    return (RECORDED / name / "metrics.prom").read_bytes()


def answering(name: str, **more: Told) -> dict[str, Told]:
    """What the admin port of a recorded proxy answers."""
    namespace, _, pod_name = name.partition("/")
    who = json.dumps({"_pod_name": pod_name, "_pod_ns": namespace}).encode()
    paths = {"/metrics": Told(200, metrics(name), date=TIME), "/ready": Told(200, b"ready\n"), WHO: Told(200, who)}
    return {**paths, **{f"/{path}": told for path, told in more.items()}}


def rows(done: Done) -> dict[str, dict[str, Any]]:
    found = json.loads(done.out)["proxies"]
    return {f"{row['resource']['namespace']}/{row['resource']['name']}": row for row in found}


def told(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("proxy", "kind", "state", "version", "controlPlane", "connected", "certificate")}


def states(*arguments: str) -> tuple[ProxyState, ...]:
    return observe(gather(Sources(dumps=arguments))).states


def test_a_recording() -> None:
    done = inside("proxy-status", "--dump", str(RECORDED), "--no-config", "-o", "json", "--fail-on", "never")
    found = rows(done)
    assert done.code == 0 and done.err == "4 proxies: 1 not ready, 3 ready.\n"
    assert told(found[DENYING]) == {
        "proxy": "linkerd-proxy",
        "kind": "sidecar",
        "state": "READY",
        "version": "v2.310.0",
        "controlPlane": "linkerd-dst-headless.linkerd.svc.cluster.local",
        # Its metrics count what it asked, not whether it is connected.
        "connected": None,
        "certificate": {"expires": "2030-01-15T02:00:00Z", "remaining": 7200, "failedRenewals": 31},
    }
    waiting = found["books/books-6d4b75cb6d-zz9xk"]
    assert (waiting["state"], waiting["certificate"]) == ("NOT READY", None)
    by_code = json.loads(done.out)["summary"]["byCode"]
    assert by_code == {"LKD207": 1, "LKD208": 1, "LKD209": 1}


def test_the_table_of_a_recording() -> None:
    lines = inside("proxy-status", "--dump", str(RECORDED), "--no-config").out.splitlines()
    # Who serves them is the same for all, and stands nowhere.
    assert lines[0].split() == ["PROXY", "KIND", "STATE", "VERSION", "CERTIFICATE"]
    assert [line.split()[-3:] for line in lines if line.startswith(DENYING)] == [["2", "h", "left"]]


def test_a_port_says_what_the_recording_says() -> None:
    with recording(answering(DENYING)) as proxy:
        done = inside("proxy-status", "--admin-url", proxy.url, "--no-config", "-o", "json")
        assert proxy.requests == [("GET", path) for path in ("/server_info", "/metrics", WHO, "/ready")]
    recorded = rows(inside("proxy-status", "--dump", str(RECORDED), "--no-config", "-o", "json"))
    assert told(rows(done)[DENYING]) == told(recorded[DENYING])
    assert (done.code, json.loads(done.out)["summary"]["unread"]) == (0, [])


def test_a_proxy_that_is_not_ready_and_does_not_tell_its_name() -> None:
    answers = answering(HEALTHY, ready=Told(503, b"not ready\n"))
    del answers[WHO]
    with recording(answers) as proxy:
        (row,) = rows(inside("proxy-status", "--admin-url", proxy.url, "--no-config", "-o", "json")).values()
    assert (row["state"], row["resource"]["name"]) == ("NOT READY", proxy.url)


def test_metrics_of_something_else_are_no_proxy() -> None:
    """It is told as what answers like no Envoy, as before."""
    with recording({"/metrics": Told(200, b'pilot_info 1\nproxy_build_info{version="1"} 1\n')}) as other:
        done = inside("proxy-status", "--admin-url", other.url, "--no-config", "-o", "json")
    assert done.code == 3
    assert all(row["proxy"] == "istio-proxy" for row in rows(done).values())
    assert any("/server_info was refused with 404" in unread["why"] for unread in unread_of(done))


def unread_of(done: Done) -> list[dict[str, str]]:
    return json.loads(done.out)["summary"]["unread"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", [PORT_FORWARD, POD_PROXY])
def test_live(api_server: Start, tmp_path: Path, way: str) -> None:
    """Both ways lead to its metrics and to whether it is ready: its port is on the address of the pod."""
    pods = [
        pod(name.partition("/")[2], name.partition("/")[0], container="linkerd-proxy") for name in (DENYING, HEALTHY)
    ]
    dead = pod("dead", container="linkerd-proxy", status={"containerStatuses": [WAITING]})
    server = api_server([*pods, dead, pod("plain", container="other")], users=[user("dev", way)])
    with recording(answering(DENYING)) as one, recording(answering(HEALTHY)) as two:
        for name, proxy in ((DENYING, one), (HEALTHY, two)):
            server.forward(name, 4191, port_of(proxy.url))
        done = inside("proxy-status", "-A", *config(server, tmp_path, "dev"), "--no-config", "-o", "json")
        assert {path for _, path in one.requests} == {"/metrics", "/ready"}
    found = rows(done)
    assert {name: row["state"] for name, row in found.items()} == {DENYING: "READY", HEALTHY: "READY"}
    assert unread_of(done) == [
        {"what": "shop/dead", "why": "does not run: its container linkerd-proxy is waiting (CrashLoopBackOff)"}
    ]
    assert only_reads(server)


WAITING = {"name": "linkerd-proxy", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}


def test_one_pod_of_a_live_cluster(api_server: Start, tmp_path: Path) -> None:
    server = api_server([pod("web-1", container="linkerd-proxy"), pod("web-2", container="linkerd-proxy")])
    with recording(answering(HEALTHY)) as proxy:
        server.forward("shop/web-1", 4191, port_of(proxy.url))
        given = (*config(server, tmp_path), "--no-config", "-o", "json")
        done, slip = inside("proxy-status", "web-1", *given), inside("proxy-status", "web-3", *given)
    assert list(rows(done)) == ["shop/web-1"] and {r.name for r in asked(server, PORT_FORWARD)} == {"web-1"}
    assert slip.code == 2 and "did you mean web-" in slip.err


def test_a_bundle_says_what_the_cluster_says(api_server: Start, tmp_path: Path) -> None:
    server = api_server([pod("web-1", container="linkerd-proxy")])
    given, file = (*config(server, tmp_path), "--no-config"), tmp_path / "b.tar.gz"
    with recording(answering(HEALTHY, ready=Told(503, b"not ready\n"))) as proxy:
        server.forward("shop/web-1", 4191, port_of(proxy.url))
        live = rows(inside("proxy-status", *given, "-o", "json"))
        assert inside("capture", "--proxies", *given, "-o", str(file)).code == 0
    offline = rows(inside("proxy-status", "-f", str(file), "--no-config", "-o", "json"))
    assert offline["shop/web-1"]["state"] == live["shop/web-1"]["state"] == "NOT READY"
    assert offline["shop/web-1"]["certificate"]["expires"] == live["shop/web-1"]["certificate"]["expires"]
    latency = inside("latency", "-f", str(file), "--no-config", "-o", "json")
    assert [row["route"] for row in json.loads(latency.out)["latency"]] == ["books.books"]


def test_latency_by_direction_and_route() -> None:
    """The two replicas of web are one workload; what came in is by port, which all replicas have in common."""
    done = inside("latency", "--dump", str(RECORDED), "--no-config", "-o", "json")
    found = {(row["workload"], row["span"], row["route"]): row for row in json.loads(done.out)["latency"]}
    assert {key: row["requests"] for key, row in found.items()} == {
        ("books", "inbound", "port 8080"): 760,
        ("web", "outbound", "books.books"): 1500,
    }
    web = found["web", "outbound", "books.books"]
    assert (web["errors"], len(web["proxies"]), web["mean"]["ms"]) == (20, 2, 6.2)


def test_latency_saved_and_compared(tmp_path: Path) -> None:
    saved = str(tmp_path / "before.json")
    assert inside("latency", "--dump", str(RECORDED), "--no-config", "--save", saved).code == 0
    slower = tmp_path / "after" / HEALTHY
    slower.mkdir(parents=True)
    text = metrics(HEALTHY).decode()
    (slower / "metrics.prom").write_text(text.replace('le="2"} 100', 'le="2"} 0').replace('le="5"} 700', 'le="5"} 300'))
    done = inside(
        *("latency", "--dump", str(tmp_path / "after"), "--no-config", "--compare", saved, "-o", "json"),
        *("--fail-on-increase", "p50=1ms", "--fail-on", "never"),
    )
    report = json.loads(done.out)
    (change,) = [row for row in report["latencyChanges"] if row["q"] == 0.5]
    assert (change["verdict"], change["exceeded"]) == ("slower", True) and report["summary"]["byCode"] == {"MSH301": 1}


def test_drift_says_that_there_is_nothing_to_compare(api_server: Start, tmp_path: Path) -> None:
    recorded = inside("drift", "--dump", str(RECORDED), "--no-config")
    server = api_server([pod("web-1", container="linkerd-proxy")])
    live = [inside("drift", *names, *config(server, tmp_path), "--no-config") for names in ((), ("web-1",))]
    for done in (recorded, *live):
        assert done.code == 2 and "a linkerd-proxy has no configuration" in done.err
    assert "shop/web-1 is not compared" in live[1].err


def test_drift_leaves_out_what_has_no_dump() -> None:
    refusing = RECORDED.parent / "refusing"
    done = inside("drift", "--dump", str(RECORDED), "--dump", str(refusing), "--no-config")
    assert "4 proxies are not compared: a linkerd-proxy has no configuration" in done.err
    assert "1 proxy: " in done.err


def denied(number: int, errors: int = 0) -> bytes:
    return (
        f'inbound_http_authz_deny_total{{srv_kind="server",srv_name="books-http",client_id="a"}} {number}\n'
        f"control_identity_cert_expiration_timestamp_seconds 9000000000\n"
        f'control_identity_cert_refreshes_total{{result="error"}} {errors}\n'
    ).encode()


def looks(folder: Path, *answers: bytes) -> list[MeshGraph]:
    """What the checks see at each look at one proxy."""
    found: list[MeshGraph] = []
    before: tuple[ProxyState, ...] = ()
    (folder / "shop/web-1").mkdir(parents=True)
    for answer in answers:
        (folder / "shop/web-1/metrics.prom").write_bytes(answer)
        before = grown(before, states(str(folder)))
        found.append(MeshGraph(Snapshot(), facts=Facts(states=before)))
    return found


def test_what_is_refused_between_two_looks(tmp_path: Path) -> None:
    """12 since the start is an info, 3 more a warning, none more nothing; after a restart it is as at first."""
    seen = looks(tmp_path, denied(12), denied(15), denied(15), denied(2))
    claims = [list(traffic_denied.check.check(mesh)) for mesh in seen]
    assert [[(c.severity.name if c.severity else "", c.message[:2]) for c in each] for each in claims] == [
        [("INFO", "12")],
        [("WARNING", "3 ")],
        [],
        [("INFO", "2 ")],
    ]
    assert "since the last look" in claims[1][0].message and "since the proxy started" in claims[0][0].message


def test_renewals_that_fail_between_two_looks(tmp_path: Path) -> None:
    seen = looks(tmp_path, denied(0, 3), denied(0, 4), denied(0, 4))
    claims = [[c.message for c in identity_expiring.check.check(mesh)] for mesh in seen]
    assert [len(each) for each in claims] == [0, 1, 0] and "failed to renew" in claims[1][0]


def test_watch_tells_what_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second round knows the numbers of the first."""
    (tmp_path / "shop/web-1").mkdir(parents=True)
    file = tmp_path / "shop/web-1/metrics.prom"
    file.write_bytes(denied(12))
    later = iter([denied(15)])

    def sleep(_: float) -> None:
        if (answer := next(later, None)) is None:
            raise KeyboardInterrupt
        file.write_bytes(answer)

    monkeypatch.setattr("meshctl.cli.watch.time.sleep", sleep)
    done = inside("proxy-status", "--dump", str(tmp_path), "--no-config", "-q", "-o", "concise", "--watch", "1")
    rounds = [line for line in done.out.splitlines() if "LKD209" in line]
    assert ["warning" in line for line in rounds] == [False, True]
    assert "3 requests or connections from a were refused under Server books-http since the last look" in rounds[1]


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"control_identity_cert_expiration_timestamp_seconds 1e300\n"])
def test_odd_metrics(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "shop/web-1").mkdir(parents=True)
    (tmp_path / "shop/web-1/metrics.prom").write_bytes(body)
    done = inside("proxy-status", "--dump", str(tmp_path), "--no-config", "-o", "json")
    assert done.code == 0 and rows(done)["shop/web-1"]["state"] == "UNKNOWN"
