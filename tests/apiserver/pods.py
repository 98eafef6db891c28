"""What a server does with single pods for its clients: proxying HTTP, forwarding ports, running commands."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass

from tests.apiserver import streams
from tests.apiserver.record import Request
from tests.apiserver.route import Target
from tests.apiserver.status import Answer, failure
from tests.apiserver.streams import Executed
from tests.apiserver.websocket import WebSocket

# Gets "namespace/pod", the container ("" if not said) and the command.
Execute = Callable[[str, str, list[str]], Executed]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The connection becomes a WebSocket that speaks one of `protocols`, handled by `run`."""

    protocols: tuple[str, ...]
    run: Callable[[WebSocket], None]


class Pods:
    """Where the ports of pods really are: ("namespace/pod", port) -> port on 127.0.0.1."""

    def __init__(self, execute: Execute | None) -> None:
        self.ports: dict[tuple[str, int], int] = {}
        self._execute = execute

    def answer(self, request: Request, target: Target, upgrade: bool) -> Answer | Upgrade:
        """The answer to a request for a pod's subresource."""
        if target.subresource == "proxy":
            return self._proxy(request, target)
        if target.subresource not in ("portforward", "exec"):
            return failure(404, "the server could not find the requested resource")
        if not upgrade:
            return failure(400, "Upgrade request required")
        pod = f"{target.namespace}/{target.name}"
        if target.subresource == "exec":
            return self._exec(request, pod)
        wanted = [int(port) for each in request.repeated("ports") for port in each.split(",")]
        if not wanted:
            return failure(400, 'query parameter "port" is required')
        places = [(port, self.ports.get((pod, port))) for port in wanted]
        return Upgrade(("v4.channel.k8s.io",), lambda socket: streams.forward(socket, pod, places))

    def _exec(self, request: Request, pod: str) -> Answer | Upgrade:
        command = request.repeated("command")
        execute = self._execute
        if not command or execute is None:
            return failure(400, "you must specify at least 1 container command" if not command else "no such runtime")
        container = request.query.get("container", "")
        protocols = ("v5.channel.k8s.io", "v4.channel.k8s.io")
        return Upgrade(protocols, lambda socket: streams.execute(socket, execute(pod, container, command)))

    def _proxy(self, request: Request, target: Target) -> Answer:
        # [SCHEME:]NAME[:PORT]
        parts = target.name.split(":")
        name, port = (parts[1:] if len(parts) == 3 else [*parts, "80"])[:2]
        local = self.ports.get((f"{target.namespace}/{name}", int(port or 80)))
        if local is None:
            why = f"error trying to reach service: dial tcp 10.0.0.1:{port}: connect: connection refused"
            return failure(503, why)
        connection = http.client.HTTPConnection("127.0.0.1", local, timeout=30)
        try:
            query = request.raw_query
            path = f"/{target.rest}" + (f"?{query}" if query else "")
            connection.request(request.method, path, headers={"Accept": request.accept})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), answer.headers.get("Content-Type", "text/plain"))
        except (OSError, http.client.HTTPException) as error:
            return failure(503, f"error trying to reach service: {error}")
        finally:
            connection.close()
