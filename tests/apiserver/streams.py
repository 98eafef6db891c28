"""Port-forward and exec over a WebSocket: messages that begin with the number of their channel."""

import json
import selectors
import socket
import struct
from dataclasses import dataclass
from typing import Any

from tests.apiserver.websocket import WebSocket

_STDOUT, _STDERR, _RESULT = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of a command."""

    stdout: str = ""
    stderr: str = ""
    code: int = 0


def execute(client: WebSocket, done: Executed) -> None:
    """Sends a command's output and how it ended."""
    for channel, text in ((_STDOUT, done.stdout), (_STDERR, done.stderr)):
        data = text.encode()
        for at in range(0, len(data), 32768):
            client.send(bytes([channel]) + data[at : at + 32768])
    result: dict[str, Any] = {"metadata": {}, "status": "Success"}
    if done.code:
        cause = {"reason": "ExitCode", "message": str(done.code)}
        why = f"command terminated with non-zero exit code: exit status {done.code}"
        result |= {"status": "Failure", "message": why, "reason": "NonZeroExitCode", "details": {"causes": [cause]}}
    client.send(bytes([_RESULT]) + json.dumps(result).encode())
    client.finish()


def forward(client: WebSocket, pod: str, ports: list[tuple[int, int | None]]) -> None:
    """Carries bytes between the client and the ports until one side has had enough.

    ports: the port as the client knows it, and where it is on 127.0.0.1 (None: nobody listens).
    """
    with selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ)
        targets: dict[int, socket.socket] = {}
        try:
            for index, (port, local) in enumerate(ports):
                for channel in (2 * index, 2 * index + 1):
                    client.send(bytes([channel]) + struct.pack("<H", port))
                target = _connect(local)
                if target is None:
                    why = f"error forwarding port {port} to pod {pod}: connect: connection refused"
                    client.send(bytes([2 * index + 1]) + why.encode())
                    continue
                targets[2 * index] = target
                selector.register(target, selectors.EVENT_READ, 2 * index)
            while client.open and targets:
                _carry(client, targets, selector)
            client.finish()
        finally:
            for target in targets.values():
                target.close()


def _connect(local: int | None) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", local), timeout=30) if local else None
    except OSError:
        return None


def _carry(client: WebSocket, targets: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    """Takes what is there from every side that has something."""
    ready = [key for key, _ in selector.select(0 if client.pending() else None)]
    for key in ready:
        if key.fileobj is client:
            continue
        if data := targets[key.data].recv(32768):
            client.send(bytes([key.data]) + data)
        else:
            selector.unregister(targets[key.data])
            targets.pop(key.data).close()
    if client.pending() or any(key.fileobj is client for key in ready):
        for message in client.receive():
            if len(message) > 1 and message[0] in targets:
                targets[message[0]].sendall(message[1:])
