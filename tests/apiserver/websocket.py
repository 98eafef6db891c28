"""The server's half of a WebSocket: the handshake, and messages in frames."""

import base64
import hashlib
import socket
import ssl
import struct

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE, _PING, _PONG = 2, 8, 9, 10


def accept_key(key: str) -> str:
    """What the handshake answers to Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1(key.encode() + _MAGIC, usedforsecurity=False).digest()).decode()


class WebSocket:
    """An upgraded connection; `protocol` is the one that both speak."""

    def __init__(self, connection: socket.socket, protocol: str) -> None:
        self.connection = connection
        self.protocol = protocol
        self.open = True
        self._left = False
        self._received = b""

    def fileno(self) -> int:
        return self.connection.fileno()

    def pending(self) -> bool:
        """Whether decrypted bytes wait that no select sees."""
        return isinstance(self.connection, ssl.SSLSocket) and self.connection.pending() > 0

    def send(self, message: bytes) -> None:
        """Sends one binary message."""
        self._frame(_BINARY, message)

    def close(self) -> None:
        """Says good-bye; nothing is sent after it."""
        if self.open:
            self.open = False
            self._frame(_CLOSE, struct.pack("!H", 1000))

    def finish(self) -> None:
        """Says good-bye and waits for the other's: whoever hangs up first may lose its last words."""
        self.close()
        while not self._left:
            self.receive()

    def receive(self) -> list[bytes]:
        """The messages that have come whole, after at most one read; `open` is False once the other side is gone."""
        data = self.connection.recv(65536)
        if not data:
            self.open, self._left = False, True
        self._received += data
        messages = []
        while frame := self._next():
            kind, body = frame
            if kind == _PING:
                self._frame(_PONG, body)
            elif kind == _CLOSE:
                self._left = True
                self.close()
            elif kind != _PONG:
                messages.append(body)
        return messages

    def _next(self) -> tuple[int, bytes] | None:
        data = self._received
        if len(data) < 2:
            return None
        length, at = data[1] & 0x7F, 2
        if length > 125:
            size = 2 if length == 126 else 8
            if len(data) < at + size:
                return None
            length, at = int.from_bytes(data[at : at + size]), at + size
        end = at + 4 + length
        if len(data) < end:
            return None
        mask, body = data[at : at + 4], data[at + 4 : end]
        self._received = data[end:]
        key = int.from_bytes((mask * (length // 4 + 1))[:length])
        return data[0] & 0x0F, (int.from_bytes(body) ^ key).to_bytes(length)

    def _frame(self, kind: int, body: bytes) -> None:
        length = len(body)
        if length < 126:
            head = struct.pack("!BB", 0x80 | kind, length)
        elif length < 65536:
            head = struct.pack("!BBH", 0x80 | kind, 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 127, length)
        self.connection.sendall(head + body)
