"""A port of a pod, forwarded by the API server: plain HTTP/1.1 over one channel of a WebSocket."""

import http.client
import io
import time
from collections import OrderedDict
from threading import Lock
from typing import BinaryIO, cast

from meshctl.proxy.envoy.answers import LARGEST, BrokenAnswer
from meshctl.proxy.transports.apiserver import ApiServer, Unopened
from meshctl.proxy.transports.channels import Channels
from meshctl.proxy.transports.transport import Answer, Unreachable, date_of
from meshctl.proxy.transports.way import NotThisWay, nothing_listens, refusal

_PROTOCOL = "v4.channel.k8s.io"
_DATA, _ERROR = 0, 1
_CHUNK = 1024 * 1024
# Connections that wait for the next GET: each is a file handle here and a stream on a node.
_KEPT = 64


class _Trouble(Exception):
    """What the node says of the forwarding."""


class _Stream(io.RawIOBase):
    """The bytes that come out of the port, until `end` (monotonic seconds)."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._begun: set[int] = set()
        self._rest = b""
        self.end = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Some bytes, 0 at the end. Raises TimeoutError and _Trouble."""
        while not self._rest:
            message = self._channels.receive(self.end - time.monotonic())
            if message is None:
                return 0
            channel, data = message
            if channel not in self._begun:
                # Each channel begins with the number of the port.
                self._begun.add(channel)
                data = data[2:]
            if channel == _ERROR and data:
                raise _Trouble(data.decode(errors="replace").strip())
            if channel == _DATA:
                self._rest = data
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def makefile(self, mode: str) -> BinaryIO:
        """What http.client wants of a socket. What it closes is not the connection."""
        return cast("BinaryIO", io.BufferedReader(_Unclosed(self), 65536))


class _Unclosed(io.RawIOBase):
    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._stream.readinto(buffer)


class Forwarded:
    """An open connection to a port; GETs go over it one after another."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._stream = _Stream(channels)

    @property
    def open(self) -> bool:
        """Whether another GET may be sent."""
        return self._channels.open

    def get(self, path: str, seconds: float) -> Answer:
        """One answer within this time. Raises TimeoutError, _Trouble, OSError, HTTPException and BrokenAnswer."""
        self._stream.end = time.monotonic() + seconds
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: meshctl\r\nAccept: */*\r\n\r\n"
        try:
            self._channels.send(_DATA, request.encode("ascii"))
            with http.client.HTTPResponse(self._stream, method="GET") as response:  # type: ignore[arg-type]
                response.begin()
                parts, size = [], 0
                while chunk := response.read(_CHUNK):
                    size += len(chunk)
                    if size > LARGEST:
                        raise BrokenAnswer(f"is larger than the {LARGEST:,} bytes that are read")
                    parts.append(chunk)
                if response.length:
                    raise http.client.IncompleteRead(b"", response.length)
                if response.will_close:
                    self._channels.close()
                return Answer(response.status, b"".join(parts), date_of(response.headers.get("Date")))
        except BaseException:
            self._channels.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._channels.close()


class Kept:
    """Connections between two GETs. When there are too many, the one that has waited longest is hung up."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._idle: OrderedDict[tuple[str, str, int], Forwarded] = OrderedDict()
        self._closed = False

    def take(self, place: tuple[str, str, int]) -> Forwarded | None:
        """The connection to this port (namespace, pod, port), for the caller alone."""
        with self._lock:
            return self._idle.pop(place, None)

    def put(self, place: tuple[str, str, int], forwarded: Forwarded) -> None:
        """Keep it for later."""
        surplus = []
        with self._lock:
            if self._closed or place in self._idle:
                surplus.append(forwarded)
            else:
                self._idle[place] = forwarded
            while len(self._idle) > self._most:
                surplus.append(self._idle.popitem(last=False)[1])
        for each in surplus:
            each.close()

    def close(self) -> None:
        """Hang up everywhere, also what comes back later."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, OrderedDict()
        for each in idle.values():
            each.close()


class PortForward:
    """The way to a port that the pod may have on its loopback alone."""

    name = "port-forward"
    permission = "pods/portforward"

    def __init__(self, server: ApiServer, kept: Kept, namespace: str, pod: str, port: int) -> None:
        self._server, self._kept = server, kept
        self._place = (namespace, pod, port)

    def get(self, path: str) -> Answer:
        """As every way does."""
        kept = self._kept.take(self._place)
        if kept is not None:
            try:
                return self._ask(kept, path)
            except NotThisWay:
                # It was hung up while it waited.
                pass
        return self._ask(self._open(), path)

    def _open(self) -> Forwarded:
        namespace, pod, port = self._place
        try:
            return Forwarded(self._server.open((namespace, pod), "portforward", [("ports", str(port))], [_PROTOCOL]))
        except Unopened as error:
            raise refusal(error) from error

    def _ask(self, forwarded: Forwarded, path: str) -> Answer:
        limit = self._server.share()
        try:
            answer = forwarded.get(path, limit)
        except TimeoutError as error:
            raise Unreachable(f"did not answer within {limit:.3g} s") from error
        except _Trouble as error:
            if "connection refused" in str(error).lower():
                raise nothing_listens(self._place[2]) from error
            raise NotThisWay(f"does not work: {str(error)[:200]}") from error
        except http.client.IncompleteRead as error:
            raise Unreachable("cannot be reached: the connection was closed in the middle of the answer") from error
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise NotThisWay("was closed without an answer") from error
        if forwarded.open:
            self._kept.put(self._place, forwarded)
        return answer
