"""A WebSocket to a subresource of a pod: messages that begin with the number of their channel."""

import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from meshctl.proxy.transports.transport import Unreachable

if TYPE_CHECKING:
    from websocket import WebSocket


class Channels:
    """Several streams over one connection. Used by one thread at a time."""

    def __init__(self, connection: "WebSocket") -> None:
        self._connection = connection
        self.open = True

    def send(self, channel: int, data: bytes) -> None:
        """Send bytes on a channel. Raises Unreachable."""
        import websocket

        try:
            self._connection.send_binary(bytes([channel]) + data)
        except (OSError, websocket.WebSocketException) as error:
            self.close()
            raise Unreachable("cannot be reached: the connection was closed") from error

    def receive(self, seconds: float) -> tuple[int, bytes] | None:
        """The next bytes with their channel; None after the last. Raises TimeoutError after so many seconds."""
        import websocket

        while self.open:
            if seconds <= 0:
                raise TimeoutError
            self._connection.settimeout(seconds)
            try:
                kind, message = self._connection.recv_data()
            except websocket.WebSocketTimeoutException:
                raise TimeoutError from None
            except (ssl.SSLError, OSError, websocket.WebSocketException):
                break
            if kind == websocket.ABNF.OPCODE_CLOSE:
                break
            if len(message) > 1:
                return message[0], message[1:]
        self.close()
        return None

    def close(self) -> None:
        """Hang up; the other side is told, but not waited for."""
        if self.open:
            self.open = False
            with suppress(Exception):
                self._connection.close(timeout=0)
            self._connection.shutdown()
