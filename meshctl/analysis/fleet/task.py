"""What is sent to a worker and what comes back, as bytes; the same bytes are what a run is continued from."""

import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, structs

from meshctl.graph.settings import Settings
from meshctl.model.fleet import Examined, Source
from meshctl.model.severity import Severity

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Task(Struct, frozen=True):
    """One source to examine, and how. It holds names and settings: no credentials, and nothing that was read.

    `version` is that of meshctl which asks. `stamp` tells apart two states of a path. `compare` asks for what is held
    against other clusters, `latency` for what the proxies have counted.
    """

    version: str
    source: Source
    settings: Settings
    stamp: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    namespace: str = ""
    complete: bool = False
    cache: bool = True
    timeout: float = 60.0
    exclude: tuple[str, ...] = ()
    exclude_below: str = "."
    compare: bool = True
    latency: bool = False

    @property
    def key(self) -> str:
        """The same for the same question: time and patience take no part in it."""
        settings = structs.replace(self.settings, now=datetime(2000, 1, 1, tzinfo=UTC), baseline=None)
        same = structs.replace(self, settings=settings, timeout=0.0, cache=True)
        return sha256(encode_task(same)).hexdigest()


def encode_task(task: Task) -> bytes:
    """A task as it is sent."""
    return msgspec.json.encode(task, order="deterministic")


def decode_task(data: bytes) -> Task:
    """What `encode_task` wrote."""
    return msgspec.json.decode(data, type=Task)


def encode_examined(examined: Examined) -> bytes:
    """What comes back, compressed. Halves of characters, which no encoding can write, are told by their number."""
    try:
        text = msgspec.json.encode(examined, order="deterministic")
    except UnicodeEncodeError:
        text = msgspec.json.encode(_writable(msgspec.to_builtins(examined)), order="deterministic")
    return zlib.compress(text, 1)


def decode_examined(data: bytes) -> Examined:
    """What `encode_examined` wrote. Raises ValueError for anything else."""
    try:
        return msgspec.json.decode(zlib.decompress(data), type=Examined)
    except (zlib.error, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", value)
    if isinstance(value, dict):
        return {_writable(key): _writable(each) for key, each in value.items()}
    return [_writable(each) for each in value] if isinstance(value, list | tuple) else value
