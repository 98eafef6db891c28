"""kubectl takes the test API server for a real one."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apiserver import ADMIN, ApiServer, Executed, Rule, User
from tests.apiserver.given import mesh

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
Kubectl = Callable[..., subprocess.CompletedProcess[str]]
LIMITED = User("limited", (Rule(("pods",), ("",), ("get", "list"), ("ns-0",)),))


@pytest.fixture(scope="module")
def server() -> Iterator[ApiServer]:
    def run(pod: str, container: str, command: list[str]) -> Executed:
        return Executed(f"{pod} ran {' '.join(command)}\n", code=3)

    with ApiServer(mesh(), users=(ADMIN, LIMITED), execute=run) as running:
        yield running


@pytest.fixture(scope="module")
def kubectl(server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Kubectl:
    folder: Path = tmp_path_factory.mktemp("kubectl")
    path = server.kubeconfig(folder / "config")
    server.kubeconfig(path, user="limited", context="limited", namespace="ns-0")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["kubectl", "--kubeconfig", str(path), "--cache-dir", str(folder / "cache"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run


def rows(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def test_pods_everywhere_in_pages(kubectl: Kubectl, server: ApiServer) -> None:
    before = len(server.requests)
    head, *found = rows(kubectl("get", "pods", "-A", "--chunk-size=3"))
    assert head == ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert [row[:2] for row in found] == [[f"ns-{n}", f"app-{m}"] for n in range(2) for m in range(4)]
    asked = [request for request in server.requests[before:] if request.resource == "pods"]
    assert [bool(request.query.get("continue")) for request in asked] == [False, True, True]


def test_virtual_services(kubectl: Kubectl) -> None:
    found = rows(kubectl("get", "virtualservices", "-A"))
    assert [row[:2] for row in found] == [["NAMESPACE", "NAME"], ["ns-0", "routes"], ["ns-1", "routes"]]
    assert rows(kubectl("get", "vs", "-n", "ns-0", "-o", "jsonpath={.items[*].spec.hosts}")) == [['["routes"]']]


def test_one_namespace(kubectl: Kubectl) -> None:
    assert rows(kubectl("get", "pods", "-n", "ns-1", "-o", "name")) == [[f"pod/app-{number}"] for number in range(4)]
    assert "No resources found in nope" in kubectl("get", "pods", "-n", "nope").stderr


def test_namespaces(kubectl: Kubectl) -> None:
    assert [row[:2] for row in rows(kubectl("get", "ns"))] == [
        ["NAME", "STATUS"],
        ["ns-0", "Active"],
        ["ns-1", "Active"],
    ]


def test_resources(kubectl: Kubectl) -> None:
    found = rows(kubectl("api-resources"))
    assert ["virtualservices", "vs", "networking.istio.io/v1", "true", "VirtualService"] in found
    assert ["namespaces", "ns", "v1", "false", "Namespace"] in found
    assert ["networking.istio.io/v1alpha3"] in rows(kubectl("api-versions"))


def test_forbidden(kubectl: Kubectl) -> None:
    refused = kubectl("get", "pods", "-A", "--context", "limited")
    assert refused.returncode == 1
    assert 'User "limited" cannot list resource "pods" in API group "" at the cluster scope' in refused.stderr
    assert [row[0] for row in rows(kubectl("get", "pods", "--context", "limited"))] == [
        "NAME",
        *(f"app-{number}" for number in range(4)),
    ]


def test_missing_group(kubectl: Kubectl) -> None:
    assert 'the server doesn\'t have a resource type "podmetrics"' in kubectl("get", "podmetrics").stderr


def test_exec(kubectl: Kubectl) -> None:
    client = json.loads(kubectl("version", "--client", "-o", "json").stdout)["clientVersion"]
    if int(client["minor"].rstrip("+")) < 31:
        pytest.skip("kubectl speaks SPDY, not WebSocket, before 1.31")
    done = kubectl("exec", "-n", "ns-0", "app-1", "--", "pilot-agent", "version")
    assert done.stdout == "ns-0/app-1 ran pilot-agent version\n"
    assert done.returncode == 3 and "exit code 3" in done.stderr


def test_nothing_but_questions(server: ApiServer) -> None:
    assert server.unexpected == []
