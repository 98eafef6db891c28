"""A live mesh of tests: an API server in front of ports on loopback, as its pods."""

import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.apiserver import ApiServer, Executed, Rule, User
from tests.apiserver.kinds import KINDS

PORT_FORWARD, EXEC, POD_PROXY = "pods/portforward", "pods/exec", "pods/proxy"
SUBRESOURCES = {PORT_FORWARD, EXEC, POD_PROXY}


def user(name: str, *subresources: str) -> User:
    """Somebody who may read all kinds, and use these subresources of pods."""
    kinds = tuple(kind.plural for kind in KINDS)
    return User(name, (Rule(kinds, ("*",), ("get", "list")), Rule(subresources, ("",), ("get", "create"))))


def pod(
    name: str, namespace: str = "shop", *, container: str = "istio-proxy", status: Any = None, **labels: str
) -> dict[str, Any]:
    """A pod that runs and is ready."""
    ready = {"phase": "Running", "podIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "app"}, {"name": container, "image": f"example/{container}:1.29.1"}]},
        "status": ready | (status or {}),
    }


def istiod(name: str) -> dict[str, Any]:
    """The pod of a control plane."""
    return pod(name, "istio-system", container="discovery", app="istiod")


def port_of(url: str) -> int:
    """The port of a URL."""
    return urlsplit(url).port or 0


def agent(places: dict[str, str], asked: list[list[str]]) -> Callable[[str, str, list[str]], Executed]:
    """What `pilot-agent request GET PATH` does in a pod: `places` are URLs by "namespace/pod"."""

    def run(where: str, container: str, command: list[str]) -> Executed:
        asked.append([container, *command])
        if where not in places:
            return Executed("", 'exec: "pilot-agent": executable file not found in $PATH', 127)
        try:
            with urllib.request.urlopen(f"{places[where]}/{command[-1].removeprefix('/')}", timeout=20) as found:
                return Executed(found.read().decode() + "\n")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return Executed(error.read().decode() + "\n")
            return Executed("", f"Error: received unsuccessful status code {error.code}: {error.read().decode()}", 1)

    return run


def only_reads(server: ApiServer) -> bool:
    """Whether a server got nothing but GETs, and of pods nothing but the three subresources."""
    parts = {request.resource for request in server.requests if request.resource.startswith("pods/")}
    return all(request.method == "GET" for request in server.requests) and parts <= SUBRESOURCES


def asked(server: ApiServer, resource: str) -> Sequence[Any]:
    """The requests for a subresource of pods."""
    return [request for request in server.requests if request.resource == resource]


def config(server: ApiServer, folder: Path, user: str = "admin") -> list[str]:
    """The flags that lead to a server."""
    return ["--kubeconfig", str(server.kubeconfig(folder / "config", user=user))]
