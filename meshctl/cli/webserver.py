"""The last reports and the metrics over HTTP: GET only, nothing is taken from who asks but a path."""

import socket
import sys
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from meshctl.cli.runs import Runs, State

# A client that sends nothing, or takes nothing, is let go after so many seconds.
_PATIENCE = 10
_POLL = 0.1
_TEXT = "text/plain; charset=utf-8"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"


class WebServer:
    """A server in threads of its own, from the beginning of a `with` block to its end."""

    def __init__(self, host: str, port: int, runs: Runs) -> None:
        """Port 0 stands for one that is free. Raises OSError where it cannot listen there."""
        family, _, _, _, (*where,) = socket.getaddrinfo(host or None, port, 0, socket.SOCK_STREAM, 0, _passive(host))[0]

        class Server(ThreadingHTTPServer):
            address_family = family
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that has gone is no matter for the log."""
                if not isinstance(sys.exception(), OSError):
                    super().handle_error(request, client_address)

        class Handler(_Handler):
            state = property(lambda _: runs.state)

        self._server = Server((str(where[0]), port), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL,), name="meshctl web server", daemon=True)

    @property
    def url(self) -> str:
        """Where the page is."""
        host, port = self._server.server_address[:2]
        return f"http://{f'[{host!s}]' if ':' in str(host) else host!s}:{port}/"

    def __enter__(self) -> "WebServer":
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _passive(host: str) -> int:
    return 0 if host else socket.AI_PASSIVE


class _Handler(BaseHTTPRequestHandler):
    """Answers one request after the other of a connection."""

    state: State
    protocol_version = "HTTP/1.1"
    server_version = "meshctl"
    sys_version = ""
    timeout = _PATIENCE
    # Headers and the beginning of the body in one packet.
    wbufsize = -1

    def do_GET(self) -> None:
        """The page, the report, the metrics or a sign of life."""
        state = self.state
        reports = state.reports
        match urlsplit(self.path).path:
            case "/healthz":
                self._answer(HTTPStatus.OK, _TEXT, b"ok\n")
            case "/metrics":
                self._answer(HTTPStatus.OK, _METRICS, state.metrics.encode())
            case "/" | "/report.json" if not reports:
                why = "the last run has failed" if state.failed else "the first run has not ended"
                body = f"There is no report yet: {why}.\n".encode()
                self._answer(HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, body, {"Retry-After": "5"})
            case "/" if reports:
                self._answer(HTTPStatus.OK, "text/html; charset=utf-8", reports.page, _age(state))
            case "/report.json" if reports:
                self._answer(HTTPStatus.OK, "application/json", reports.report, _age(state))
            case _:
                self._answer(HTTPStatus.NOT_FOUND, _TEXT, b"There are /, /report.json, /metrics and /healthz.\n")

    def _refuse(self) -> None:
        # What it sends along is not read, so it must not be taken for the next request.
        self.close_connection = True
        headers = {"Allow": "GET", "Connection": "close"}
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, _TEXT, b"GET only.\n", headers)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = _refuse

    def _answer(self, status: HTTPStatus, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        sent = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        for name, value in (sent | {"X-Content-Type-Options": "nosniff"} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Who asks is not logged: a scrape every few seconds would hide all else."""


def _age(state: State) -> dict[str, str]:
    """From when the report is, and whether a newer run has failed since."""
    when = {"Last-Modified": formatdate(state.succeeded, usegmt=True)}
    return when | ({"Warning": '111 meshctl "the last run has failed"'} if state.failed else {})
