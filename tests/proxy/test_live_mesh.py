"""proxy-status of live clusters: a real Envoy and recorded istiods behind an API server."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError
from tests.apiserver import ApiServer
from tests.proxy.envoy import Envoy
from tests.proxy.livemesh import (
    EXEC,
    PORT_FORWARD,
    agent,
    asked,
    config,
    istiod,
    only_reads,
    pod,
    port_of,
    user,
)
from tests.proxy.recorder import Told, recording

Start = Callable[..., ApiServer]
Run = Callable[..., tuple[int, dict[str, Any]]]


def syncz(*pods: str) -> Told:
    types = ("cluster", "listener", "route", "endpoint")
    nonces = {f"{each}_{what}": "a" for each in types for what in ("sent", "acked")}
    served = [{"proxy": each, "proxy_type": "sidecar", **nonces} for each in pods]
    return Told(200, json.dumps(served).encode())


@pytest.fixture
def run() -> Run:
    def run(*arguments: str, command: str = "proxy-status") -> tuple[int, dict[str, Any]]:
        given = [command, *arguments, "--no-config", "--no-cache", "-o", "json", "-q"]
        done = CliRunner().invoke(app, given, standalone_mode=False)
        if isinstance(done.exception, UsageError):
            raise done.exception
        assert done.exception is None, done.output
        return done.return_value, json.loads(done.stdout)

    return run


def rows(report: dict[str, Any]) -> dict[str, Any]:
    return {f"{row['resource']['namespace']}/{row['resource']['name']}": row for row in report["proxies"]}


def unread(report: dict[str, Any]) -> dict[str, str]:
    return {each["what"]: each["why"] for each in report["summary"]["unread"]}


def test_through_port_forwards(run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    with recording({"/debug/syncz": syncz("web-1.shop")}) as control, recording(behind=rejecting.admin) as proxy:
        server = api_server([pod("web-1"), istiod("istiod-1")])
        server.forward("shop/web-1", 15000, port_of(proxy.url))
        server.forward("istio-system/istiod-1", 15014, port_of(control.url))
        _, report = run(*config(server, tmp_path))
        assert {method for method, _ in (*proxy.requests, *control.requests)} == {"GET"}
    (row,) = report["proxies"]
    assert row["sources"] == ["port-forward to istio-system/istiod-1", "port-forward to shop/web-1"]
    assert (row["controlPlane"], row["version"], row["connected"]) == ("istiod-1", "1.29.1", True)
    (refused,) = row["rejections"]
    assert refused["resource"] == "bad" and "'=' expected near 'is'" in refused["reason"]
    assert [waiting["name"] for waiting in row["waiting"]] == ["stuck"]
    assert not unread(report) and only_reads(server)


def test_exec_where_port_forward_is_forbidden(run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    commands: list[list[str]] = []
    with recording({"/debug/syncz": syncz("web-1.shop")}) as control:
        places = {"shop/web-1": rejecting.admin, "istio-system/istiod-1": control.url}
        server = api_server(
            [pod("web-1"), istiod("istiod-1")], users=[user("dev", EXEC)], execute=agent(places, commands)
        )
        _, report = run(*config(server, tmp_path, "dev"))
    (row,) = report["proxies"]
    assert row["sources"] == ["exec to istio-system/istiod-1", "exec to shop/web-1"]
    assert "'=' expected near 'is'" in row["rejections"][0]["reason"]
    assert not unread(report)
    assert {tuple(each[:4]) for each in commands} == {
        ("istio-proxy", "pilot-agent", "request", "GET"),
        ("discovery", "pilot-discovery", "request", "GET"),
    }
    # What is forbidden in a namespace is asked for once.
    assert sorted(request.namespace for request in asked(server, PORT_FORWARD)) == ["istio-system", "shop"]
    assert only_reads(server)


def test_a_denied_way_is_not_tried_on_every_pod(run: Run, api_server: Start, tmp_path: Path) -> None:
    server = api_server([pod(f"web-{i}") for i in range(200)], users=[user("dev")])
    since = time.monotonic()
    code, report = run(*config(server, tmp_path, "dev"))
    assert code == 3 and time.monotonic() - since < 20
    # Those that are asked at the same time cannot know of each other.
    assert len(asked(server, PORT_FORWARD)) <= 32 and len(asked(server, EXEC)) <= 32
    assert unread(report) == {
        "200 proxies in shop": "may not be asked: port-forward and exec are forbidden in namespace shop (get and "
        "create on pods/portforward or pods/exec)"
    }


def test_that_nobody_answered_is_not_that_nobody_is_there(api_server: Start, tmp_path: Path) -> None:
    server = api_server([pod("web-1")], users=[user("dev")])
    given = ["proxy-status", *config(server, tmp_path, "dev"), "--no-config"]
    done = CliRunner().invoke(app, given, standalone_mode=False)
    assert done.return_value == 3 and done.stderr == "No proxy could be looked at.\n"


def test_dead_slow_and_crashing_pods_are_a_line_each(
    run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path
) -> None:
    waits = {"name": "istio-proxy", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    pods = [pod("web-1"), pod("dead"), pod("slow"), pod("crashing", status={"containerStatuses": [waits]})]
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = api_server([*pods, pod("ended", status={"phase": "Succeeded"})])
        server.forward("shop/web-1", 15000, port_of(rejecting.admin))
        server.forward("shop/slow", 15000, silent.getsockname()[1])
        since = time.monotonic()
        code, report = run(*config(server, tmp_path), "--timeout", "4")
        assert time.monotonic() - since < 5
    assert code == 3 and list(rows(report)) == ["shop/web-1"]
    assert unread(report) == {
        "shop/dead": "cannot be reached: nothing listens on its port 15000",
        "shop/slow": "did not answer within 1 s",
        "shop/crashing": "does not run: its container istio-proxy is waiting (CrashLoopBackOff)",
    }
    # One connection for all that is asked of a pod.
    assert sorted(request.name for request in asked(server, PORT_FORWARD)) == ["dead", "slow", "web-1"]


def test_one_of_three_istiods_fails(run: Run, api_server: Start, tmp_path: Path) -> None:
    server = api_server([*(istiod(f"istiod-{i}") for i in range(4)), pod("web-1"), pod("lost-1")])
    with (
        recording({"/debug/syncz": syncz("web-1.shop")}) as first,
        recording({"/debug/syncz": Told(403, b"no")}) as second,
        recording({"/debug/syncz": syncz("web-2.shop")}) as third,
    ):
        for i, each in enumerate((first, second, third)):
            server.forward(f"istio-system/istiod-{i}", 15014, port_of(each.url))
        code, report = run(*config(server, tmp_path))
    # What serves the third may be one of those that gave no answer: it is there, and nothing is known of it.
    assert {name: (row["controlPlane"], row["state"], row["connected"]) for name, row in rows(report).items()} == {
        "shop/web-1": ("istiod-0", "SYNCED", True),
        "shop/web-2": ("istiod-2", "SYNCED", True),
        "shop/lost-1": ("", "UNKNOWN", None),
    }
    assert not [f for f in report["findings"] if f["code"] == "MSH203"]
    assert code == 3 and unread(report).keys() == {"istiod-1", "istiod-3", "shop/web-1", "shop/lost-1"}
    assert "refused with 403" in unread(report)["istiod-1"]
    assert "nothing listens on its port 15014" in unread(report)["istiod-3"]


def test_fifty_at_once(run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    """Each of them takes its time; together they take little more."""
    pods = [pod(f"web-{i}") for i in range(50)]
    server = api_server(pods)
    slow = {"/server_info": Told(200, b"{}", pause=0.15)}
    with recording(slow, behind=rejecting.admin) as proxy:
        for each in pods:
            server.forward(f"shop/{each['metadata']['name']}", 15000, port_of(proxy.url))
        since = time.monotonic()
        _, report = run(*config(server, tmp_path), "--timeout", "60")
        took = time.monotonic() - since
    assert not unread(report)
    # They are the same one behind, and are told apart by their pods.
    assert rows(report).keys() == {f"shop/{each['metadata']['name']}" for each in pods}
    # Two answers of 0.3 s from each: 30 s one after another.
    assert took < 15


@pytest.mark.parametrize("way", [[], ["-n", "shop"], ["web-1"], ["web-1.shop"], ["shop/web-1"]], ids=str)
def test_only_those_that_are_meant_are_asked(
    run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path, way: list[str]
) -> None:
    spaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in ("shop", "blog")]
    with recording({"/debug/syncz": syncz("web-1.shop", "other-1.blog")}) as control:
        server = api_server(
            [*spaces, pod("web-1"), pod("other-1", "blog"), istiod("istiod-1"), pod("plain", container="c")]
        )
        for name in ("shop/web-1", "blog/other-1"):
            server.forward(name, 15000, port_of(rejecting.admin))
        server.forward("istio-system/istiod-1", 15014, port_of(control.url))
        _, report = run(*way, *config(server, tmp_path))
    forwarded = {request.name for request in asked(server, PORT_FORWARD)}
    assert forwarded == {"istiod-1", "web-1", *(() if way else ("other-1",))}
    assert "shop/web-1" in rows(report) and ("blog/other-1" in rows(report)) is not bool(way)


def test_an_unknown_pod(run: Run, api_server: Start, tmp_path: Path) -> None:
    server = api_server([pod("web-1")])
    with pytest.raises(UsageError, match="there is no proxy web-2: did you mean web-1"):
        run("web-2", *config(server, tmp_path))


@pytest.mark.parametrize("command", ["drift", "latency", "proxy-status"])
def test_a_namespace_that_is_not_there(run: Run, api_server: Start, tmp_path: Path, command: str) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    server = api_server([space, pod("web-1")])
    with pytest.raises(UsageError, match="namespace shpo"):
        run("-n", "shpo", *config(server, tmp_path), command=command)


def test_several_clusters_and_a_dead_one(run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    servers = [api_server([pod("web-1")], name=name) for name in ("east", "west", "dead")]
    for server in servers:
        server.forward("shop/web-1", 15000, port_of(rejecting.admin))
        server.kubeconfig(tmp_path / "config")
    servers[2].kill()
    contexts = [flag for name in ("east", "west", "dead") for flag in ("--context", name)]
    code, report = run("--kubeconfig", str(tmp_path / "config"), *contexts, "--timeout", "8")
    assert [row["resource"]["cluster"] for row in report["proxies"]] == ["east", "west"]
    assert code == 3 and list(unread(report)) == ["cluster dead"]


def test_a_moved_admin_port(run: Run, api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    moved = pod("web-1")
    moved["spec"]["containers"][1]["env"] = [{"name": "PROXY_CONFIG", "value": '{"proxyAdminPort":15099}'}]
    server = api_server([moved])
    server.forward("shop/web-1", 15099, port_of(rejecting.admin))
    _, report = run(*config(server, tmp_path))
    assert list(rows(report)) == ["shop/web-1"] and not unread(report)


def test_a_ztunnel_is_a_proxy_too(run: Run, api_server: Start, tmp_path: Path) -> None:
    dump = json.dumps({"version": {"version": "1.29.1"}, "workloads": []}).encode()
    with recording({"/config_dump": Told(200, dump)}) as ztunnel:
        server = api_server([pod("ztunnel-x", "istio-system", app="ztunnel")])
        server.forward("istio-system/ztunnel-x", 15000, port_of(ztunnel.url))
        _, report = run(*config(server, tmp_path))
        assert ztunnel.requests == [("GET", "/config_dump")]
    (row,) = report["proxies"]
    assert (row["kind"], row["version"], row["server"]) == ("ztunnel", "1.29.1", "LIVE")
