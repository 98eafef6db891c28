"""Single pods: HTTP through the server, forwarded ports, and commands."""

import http.client
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from kubernetes import client, config
from kubernetes.stream import portforward, stream

from tests.apiserver import ADMIN, ApiServer, Executed, Rule, User
from tests.apiserver.client import ask
from tests.apiserver.given import mesh

Start = Callable[..., ApiServer]
POD = "/api/v1/namespaces/ns-0/pods/app-0"
LONG = "x" * 300_000
# The client library leaves sockets of port-forwards to the garbage collector.
pytestmark = [pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"), pytest.mark.usefixtures("loose_sockets")]


class _Admin(BaseHTTPRequestHandler):
    """Stands for the admin port of a proxy."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        body = (LONG if self.path == "/long" else self.path).encode()
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def admin() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Admin) as server:
        thread = Thread(target=lambda: server.serve_forever(poll_interval=0.02))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def api(server: ApiServer, path: Path, user: str = ADMIN.name) -> client.CoreV1Api:
    return client.CoreV1Api(config.new_client_from_config(str(server.kubeconfig(path, user=user))))


def fetch(forwarded: Any, port: int, path: str) -> str:
    """The body of a GET through a forwarded port.

    Without `Connection: close`: the client library forgets what it has not passed on when the other side leaves.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.sock = forwarded.socket(port)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def test_proxy(api_server: Start, admin: int) -> None:
    server = api_server(mesh())
    server.forward("ns-0/app-0", 15000, admin)
    assert ask(server, f"{POD}:15000/proxy/config_dump?mask=a&b").body == "/config_dump?mask=a&b"
    assert ask(server, "/api/v1/namespaces/ns-0/pods/http:app-0:15000/proxy/teapot").status == 418
    assert ask(server, f"{POD}:15020/proxy/stats").status == 503
    assert ask(server, f"{POD}-missing:15000/proxy/").status == 404


def test_port_forward(api_server: Start, admin: int, tmp_path: Path) -> None:
    server = api_server(mesh())
    server.forward("ns-0/app-0", 15000, admin)
    pods = api(server, tmp_path / "config")
    with pods.api_client:
        forwarded = portforward(pods.connect_get_namespaced_pod_portforward, "app-0", "ns-0", ports="15000")
        assert fetch(forwarded, 15000, "/long") == LONG
        assert forwarded.error(15000) is None
        forwarded = portforward(pods.connect_get_namespaced_pod_portforward, "app-0", "ns-0", ports="15000,15020")
        assert fetch(forwarded, 15000, "/ready") == "/ready"
        assert "error forwarding port 15020" in forwarded.error(15020)
        forwarded.close()
    assert [request.status for request in server.requests] == [101, 101]


def test_exec(api_server: Start, tmp_path: Path) -> None:
    asked = []

    def run(pod: str, container: str, command: list[str]) -> Executed:
        asked.append((pod, container, command))
        return Executed(LONG, "broken pipe", 3)

    server = api_server(mesh(), execute=run)
    pods = api(server, tmp_path / "config")
    with pods.api_client:
        done = stream(
            pods.connect_get_namespaced_pod_exec,
            "app-0",
            "ns-0",
            command=["pilot-agent", "request", "GET", "clusters"],
            container="istio-proxy",
            stdout=True,
            stderr=True,
            _preload_content=False,
        )
        done.run_forever(timeout=5)
        done.close()
    assert done.read_stdout() == LONG and done.read_stderr() == "broken pipe" and done.returncode == 3
    assert asked == [("ns-0/app-0", "istio-proxy", ["pilot-agent", "request", "GET", "clusters"])]


@pytest.mark.parametrize(("version", "verbs", "allowed"), [("1.36", ("get",), False), ("1.34", ("get",), True)])
def test_since_1_35_get_is_not_enough(
    api_server: Start, admin: int, tmp_path: Path, version: str, verbs: tuple[str, ...], allowed: bool
) -> None:
    user = User("dev", (Rule(("pods/portforward",), ("",), verbs),))
    server = api_server(mesh(), users=[user], kubernetes=version)
    server.forward("ns-0/app-0", 15000, admin)
    pods = api(server, tmp_path / "config", "dev")
    with pods.api_client:
        call = pods.connect_get_namespaced_pod_portforward
        if allowed:
            assert fetch(portforward(call, "app-0", "ns-0", ports="15000"), 15000, "/ready") == "/ready"
        else:
            with pytest.raises(client.ApiException, match="403"):
                portforward(call, "app-0", "ns-0", ports="15000")


def test_without_a_websocket(api_server: Start) -> None:
    server = api_server(mesh())
    for part in ("portforward?ports=1", "exec?command=ls"):
        reply = ask(server, f"{POD}/{part}")
        assert (reply.status, reply.body["message"]) == (400, "Upgrade request required")
