"""A program in the pod that asks the port: `pilot-agent request GET PATH`, which also distroless images have."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from meshctl.proxy.envoy.answers import LARGEST, BrokenAnswer
from meshctl.proxy.transports.apiserver import ApiServer, Unopened
from meshctl.proxy.transports.channels import Channels
from meshctl.proxy.transports.transport import Answer, Unreachable
from meshctl.proxy.transports.way import NotThisWay, nothing_listens, refusal

_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_STDOUT, _STDERR, _RESULT = 1, 2, 3
_MOST_STDERR = 64 * 1024
_STATUS = re.compile(r"unsuccessful status code (\d{3}): ?(.*)", re.DOTALL)
_NO_PROGRAM = re.compile(r"executable file not found|no such file|container not found|not found in pod|unknown command")
_SECTION = "/config_dump?resource="


class Exec:
    """The way that needs neither a tool on the node nor an open port."""

    name = "exec"
    permission = "pods/exec"

    def __init__(
        self, server: ApiServer, namespace: str, pod: str, container: str, command: Sequence[str], port: int
    ) -> None:
        """`command` is followed by the path; `port` is the one that it asks."""
        self._server = server
        self._pod, self._container = (namespace, pod), container
        self._command, self._port = tuple(command), port

    def get(self, path: str) -> Answer:
        """As every way does. The time of the answer is that of the API server's clock."""
        query = [("container", self._container), *(("command", word) for word in (*self._command, path))]
        query += [("stdout", "true"), ("stderr", "true")]
        limit = self._server.share()
        end = time.monotonic() + limit
        try:
            channels = self._server.open(self._pod, "exec", query, _PROTOCOLS)
        except Unopened as error:
            raise refusal(error) from error
        try:
            out, told, result = _run(channels, end)
        except TimeoutError as error:
            raise Unreachable(f"did not answer within {limit:.3g} s") from error
        finally:
            channels.close()
        if result is None:
            raise Unreachable("cannot be reached: the connection was closed in the middle of the answer")
        if result.status != "Success":
            return self._failed(told or result.message)
        # It ends like this where there is nothing in a section, and does not say with which status.
        status = 404 if path.startswith(_SECTION) and not out.lstrip().startswith(b"{") else 200
        return Answer(status, out, datetime.fromtimestamp(self._server.now(), UTC))

    def _failed(self, told: str) -> Answer:
        if found := _STATUS.search(told):
            return Answer(int(found[1]), found[2].encode())
        line = " ".join(told.split())[:200]
        if "connection refused" in told:
            raise nothing_listens(self._port)
        if _NO_PROGRAM.search(told):
            raise NotThisWay(f"does not work: {line}")
        raise Unreachable(f"cannot be reached: {line}")


class _Result(msgspec.Struct):
    status: str = ""
    message: str = ""


def _run(channels: Channels, end: float) -> tuple[bytes, str, _Result | None]:
    """What the command wrote and how it ended; None where that was not said. Raises TimeoutError and BrokenAnswer."""
    parts: dict[int, list[bytes]] = {_STDOUT: [], _STDERR: [], _RESULT: []}
    size = 0
    while message := channels.receive(end - time.monotonic()):
        channel, data = message
        size += len(data)
        if size > LARGEST:
            raise BrokenAnswer(f"is larger than the {LARGEST:,} bytes that are read")
        if channel in parts and (channel == _STDOUT or sum(map(len, parts[channel])) < _MOST_STDERR):
            parts[channel].append(data)
        if channel == _RESULT:
            break
    out, told, ended = (b"".join(parts[channel]) for channel in (_STDOUT, _STDERR, _RESULT))
    try:
        result = msgspec.json.decode(ended, type=_Result) if ended else None
    except msgspec.DecodeError:
        result = None
    return out, told.decode(errors="replace"), result
