"""One connection of a client: HTTP/1.1 requests in, answers out."""

import gzip
import socket
import struct
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import TYPE_CHECKING

from tests.apiserver import lists, tokens
from tests.apiserver.faults import Fault
from tests.apiserver.pods import Upgrade
from tests.apiserver.record import Request
from tests.apiserver.status import Answer, failure
from tests.apiserver.websocket import WebSocket, accept_key

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

    def log_message(self, *_: object) -> None:
        """Says nothing: the server keeps a record."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request, user = self.server.receive(self.command, self.path, self.headers, self.connection)
        fault = self.server.faults.next(self.path, request.user)
        if fault and not self._waited(fault):
            self.close_connection = True
            return
        upgrade = self.headers.get("Upgrade", "").lower() == "websocket"
        answer: Answer | Upgrade
        try:
            answer = self.server.api.answer(request, user, body, upgrade)
        except Exception as error:  # A defect of this server: the test that met it fails at its end.
            self.server.errors.append(error)
            answer = failure(500, repr(error))
        if isinstance(answer, Upgrade):
            if fault is None:
                request.status = 101
                self._upgrade(answer, request)
                return
            answer = failure(503, "on purpose")
        if fault:
            answer = self._expired(answer) if fault.expired else fault.replaces(answer)
        request.status = answer.status
        self._send(answer, fault, request)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _upgrade(self, upgrade: Upgrade, request: Request) -> None:
        self.close_connection = True
        offered = [each.strip() for each in self.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        spoken = [each for each in offered if each in upgrade.protocols]
        if not spoken:
            self._send(failure(400, f"unable to upgrade: none of {offered} is spoken here"), None, request)
            return
        self.send_response_only(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept_key(self.headers["Sec-WebSocket-Key"]))
        self.send_header("Sec-WebSocket-Protocol", spoken[0])
        self.end_headers()
        self.wfile.flush()
        upgrade.run(WebSocket(self.connection, spoken[0]))

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

    def _send(self, answer: Answer, fault: Fault | None, request: Request) -> None:
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
            self.send_response_only(answer.status)
            self.send_header("Date", self.date_time_string())
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
        sent = body if share is None else body[: int(len(body) * share)]
        request.sent = len(sent)
        self.wfile.write(sent)
        self.wfile.flush()
        if fault and fault.kill:
            self.server.kill(last=self.server.raw(self.connection))
        if fault and share is not None:
            self.close_connection = True
            drop(self.server.raw(self.connection), reset=fault.reset)
