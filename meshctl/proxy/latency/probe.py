"""Requests of our own to an address that the user names, one after the other over one connection, with their times."""

import http.client
from collections.abc import Mapping, Sequence
from time import perf_counter
from urllib.parse import urlsplit

from msgspec import Struct

from meshctl.proxy.latency.groups import Group
from meshctl.proxy.latency.histogram import Bin, Grain, Histogram
from meshctl.proxy.latency.series import Key, Series

MOST_REQUESTS = 10_000
LONGEST_ANSWER = 16 * 1024 * 1024
_PATIENCE = 10.0


class NotAnAddress(Exception):
    """An address that cannot be probed; the text is one sentence without a full stop."""


class Probed(Struct, frozen=True):
    """The requests to one address: durations in milliseconds of those answered, and what went wrong how often."""

    durations: tuple[float, ...]
    failed: int
    errors: Mapping[str, int]


def probe(addresses: Sequence[str], requests: int, seconds: float) -> list[Probed]:
    """GET each address so often, in turns, so that what disturbs one disturbs the others; in `seconds` at most.

    The first answer of each is not counted: it holds the set-up of the connection. Answers of 5xx are counted as
    failed and have a duration; a broken connection has none. Raises NotAnAddress.
    """
    runs = [_Run(address) for address in addresses]
    end = perf_counter() + seconds
    try:
        for number in range(min(requests, MOST_REQUESTS) + 1):
            for run in runs:
                remaining = end - perf_counter()
                if remaining <= 0 or run.hopeless:
                    continue
                run.request(min(_PATIENCE, remaining), counted=number > 0)
    finally:
        for run in runs:
            run.close()
    return [Probed(tuple(run.durations), run.failed, dict(run.errors)) for run in runs]


def as_group(probed: Mapping[Key, Probed]) -> Group:
    """What was measured directly, as other measurements are."""
    return Group("", "", "", (), {key: _series(each) for key, each in probed.items()})


def _series(each: Probed) -> Series:
    counts: dict[Bin, int] = {}
    for duration in each.durations:
        place = Bin(duration, duration)
        counts[place] = counts.get(place, 0) + 1
    answered = len(each.durations) + sum(each.errors.values())
    return Series(
        Histogram(counts, Grain.EXACT, sum(each.durations)), answered, each.failed + sum(each.errors.values())
    )


class _Run:
    """One address, its connection and what it answered."""

    def __init__(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise NotAnAddress(f"{address} is no address: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotAnAddress(f"{address} is no address: write it as http://HOST:PORT/PATH")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, port)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.durations: list[float] = []
        self.failed = 0
        self.errors: dict[str, int] = {}

    @property
    def hopeless(self) -> bool:
        """Nothing ever answered, and that several times."""
        return not self.durations and sum(self.errors.values()) >= 3

    def request(self, patience: float, *, counted: bool) -> None:
        self._connection.timeout = patience
        if self._connection.sock is not None:
            self._connection.sock.settimeout(patience)
        since = perf_counter()
        try:
            self._connection.request("GET", self._path, headers={"User-Agent": "meshctl"})
            answer = self._connection.getresponse()
            if len(answer.read(LONGEST_ANSWER)) == LONGEST_ANSWER:
                self._connection.close()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            name = _words(error)
            self.errors[name] = self.errors.get(name, 0) + 1
            return
        if counted:
            self.durations.append(round((perf_counter() - since) * 1000, 3))
            self.failed += answer.status >= 500

    def close(self) -> None:
        self._connection.close()


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", "") or str(error) or type(error).__name__
