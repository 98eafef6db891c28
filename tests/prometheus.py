"""A Prometheus for tests: it writes down what it is asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answers = Callable[[str], list[tuple[dict[str, str], float]]]
"""From a query to labels and value of each series of its answer."""


@dataclass
class Asked:
    """The requests that a fake Prometheus got, and its address."""

    url: str = ""
    methods: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def fake_prometheus(answer: Answers, reply: Any = None) -> Iterator[Asked]:
    """One that answers queries with what `answer` says, or with (status, body) whatever it is asked."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)["query"][0]
            asked.methods.append(self.command)
            asked.paths.append(parts.path)
            asked.queries.append(query)
            asked.headers.append(dict(self.headers))
            status, body = reply or (200, _vector(answer(query)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    asked.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _vector(found: list[tuple[dict[str, str], float]]) -> bytes:
    result = [{"metric": labels, "value": [1700000000, str(value)]} for labels, value in found]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
