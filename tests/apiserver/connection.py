"""One connection of a client: HTTP/1.1 requests in, answers out."""

import gzip
import json
import socket
import struct
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import TYPE_CHECKING, Any

from tests.apiserver import lists, tokens
from tests.apiserver.faults import Fault
from tests.apiserver.status import Answer

if TYPE_CHECKING:
    from tests.apiserver.server import ApiServer

_GZIP_FROM = 128 * 1024
_FLOW = "4b42bb18-be03-4d2f-b58d-f734efe91069"


def drop(connection: socket.socket, *, reset: bool) -> None:
    """Ends a connection now, whoever is reading or writing; with a reset instead of a good-bye if wanted."""
    try:
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Connection(BaseHTTPRequestHandler):
    """Reads requests, asks the server for the answers, and sends them with their faults."""

    protocol_version = "HTTP/1.1"
    # Small answers go out at once.
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: "ApiServer"  # type: ignore[assignment]

    def log_message(self, *args: Any) -> None:
        """Says nothing: the server keeps a record."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        request, user = self.server.receive(self.command, self.path, self.headers, self.connection)
        fault = self.server.faults.next(self.path, request.user)
        if fault and not self._waited(fault):
            self.close_connection = True
            return
        answer = self.server.answer(request, user, body)
        if fault:
            answer = self._expired(answer) if fault.expired else fault.replaces(answer)
        request.status = answer.status
        request.sent = self._send(answer, fault)
        if fault and fault.kill:
            self.server.kill()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer

    def _waited(self, fault: Fault) -> bool:
        """Waits as the fault says; False if the server ended meanwhile."""
        ended = self.server.ended
        if isinstance(fault.wait, Event):
            while not fault.wait.wait(0.02):
                if ended.is_set():
                    return False
        elif fault.wait:
            ended.wait(fault.wait)
        return not ended.is_set()

    def _expired(self, answer: Answer) -> Answer:
        token = self.path.partition("continue=")[2].partition("&")[0]
        try:
            return lists.expired(tokens.read(token)[1])
        except tokens.BadToken:
            return answer

    def _send(self, answer: Answer, fault: Fault | None) -> int:
        body = answer.body
        headers = {"Cache-Control": "no-cache, private", "Content-Type": answer.content_type}
        if answer.status != 401:
            headers["X-Kubernetes-Pf-Flowschema-Uid"] = _FLOW
        if len(body) > _GZIP_FROM and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        headers |= {"Content-Length": str(len(body)), **answer.headers}
        share = fault.cut if fault else None
        if share is None or share > 0:
            self.send_response(answer.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
        sent = body if share is None else body[: int(len(body) * share)]
        self.wfile.write(sent)
        self.wfile.flush()
        if fault and share is not None:
            self.close_connection = True
            drop(self.server.raw(self.connection), reset=fault.reset)
        return len(sent)

    def json(self, body: bytes) -> dict[str, Any]:
        """A body as JSON object."""
        found: dict[str, Any] = json.loads(body)
        return found
