"""Host names as texts: filling them in, wildcards, and tables of things by host name."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


def fqdn(host: str, namespace: str, domain: str) -> str:
    """A name without dots is a Service of the namespace; everything else, also `reviews.prod`, stands for itself."""
    return host if "." in host or host.startswith("*") else f"{host}.{namespace}.svc.{domain}"


def overlap(one: str, other: str) -> bool:
    """True if some host name fits both. `*.foo.com` covers `a.foo.com` and `*.a.foo.com`, but not `foo.com`."""
    if one.startswith("*") and other.startswith("*"):
        return one[1:].endswith(other[1:]) or other[1:].endswith(one[1:])
    if one.startswith("*"):
        return other.endswith(one[1:])
    if other.startswith("*"):
        return one.endswith(other[1:])
    return one == other


class HostTable(Generic[T]):
    """Things by host name, found by hosts that `overlap` without comparing each with each.

    Fill it first, then ask: the order needed to look below a wildcard is made on the first such question.
    """

    def __init__(self) -> None:
        self._exact: dict[str, list[T]] = defaultdict(list)
        self._lengths: set[int] = set()
        self._longest_first: list[int] = []
        self._sorted: list[tuple[str, str]] | None = None

    def add(self, host: str, thing: T) -> None:
        """Enter a thing under its host, which may be a wildcard."""
        self._exact[host].append(thing)
        if host.startswith("*") and len(host) - 1 not in self._lengths:
            self._lengths.add(len(host) - 1)
            self._longest_first = sorted(self._lengths, reverse=True)

    def exact(self, host: str) -> list[T]:
        """The things of that very host, in order of entry."""
        return self._exact.get(host, [])

    def covering(self, host: str) -> Iterator[list[T]]:
        """The things of each wildcard, other than `host` itself, that covers all of `host`: the most specific first."""
        tail = host[1:] if host.startswith("*") else host
        for length in self._longest_first:
            if length <= len(tail):
                wildcard = "*" + tail[len(tail) - length :]
                if wildcard != host and (found := self._exact.get(wildcard)):
                    yield found

    def best(self, host: str) -> list[T]:
        """The things of that very host, else those of the most specific wildcard that covers it."""
        return self.exact(host) or next(self.covering(host), [])

    def below(self, wildcard: str) -> Iterator[T]:
        """The things of every host, other than `wildcard` itself, that the wildcard covers."""
        if not wildcard.startswith("*"):
            return
        if self._sorted is None:
            self._sorted = sorted((_backwards(host), host) for host in self._exact)
        start = _backwards(wildcard)
        for position in range(bisect_left(self._sorted, (start, "")), len(self._sorted)):
            tail, host = self._sorted[position]
            if not tail.startswith(start):
                break
            if host != wildcard:
                yield from self._exact[host]

    def overlapping(self, host: str) -> Iterator[T]:
        """The things of every host that overlaps: the same host first, then wider ones, then narrower ones."""
        yield from self.exact(host)
        for things in self.covering(host):
            yield from things
        yield from self.below(host)


def _backwards(host: str) -> str:
    return host.removeprefix("*")[::-1]
