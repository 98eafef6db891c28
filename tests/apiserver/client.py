"""A client that hides nothing: one connection, one request, the answer as it came."""

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any

from tests.apiserver.server import ApiServer


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `body` decoded if it is JSON, else as text."""

    status: int
    headers: dict[str, str]
    body: Any


class Client:
    """Asks a server as one user; the connection is kept between requests."""

    def __init__(self, server: ApiServer, token: str = "admin-token") -> None:
        context = ssl.create_default_context(cadata=server.ca.decode())
        host, _, port = server.url.removeprefix("https://").partition(":")
        self._connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=10)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(
        self, path: str, *, method: str = "GET", accept: str = "application/json", body: object = None, **headers: str
    ) -> Reply:
        """Sends one request and reads the whole answer."""
        data = None if body is None else json.dumps(body)
        self._connection.request(method, path, data, {**self._headers, "Accept": accept, **headers})
        answer = self._connection.getresponse()
        text = answer.read()
        decoded = json.loads(text) if "json" in answer.headers["Content-Type"] else text.decode()
        return Reply(answer.status, dict(answer.headers), decoded)


def ask(server: ApiServer, path: str, token: str = "admin-token", **options: Any) -> Reply:
    """One request on a connection of its own."""
    with Client(server, token) as client:
        return client.ask(path, **options)
