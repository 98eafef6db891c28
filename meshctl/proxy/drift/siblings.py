"""Proxies of one workload against each other: what nobody told how it should be, should at least be alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice

from msgspec import structs

from meshctl.model.difference import Difference, Hop
from meshctl.proxy.drift.judge import source_of, structural, unexplained
from meshctl.proxy.drift.sides import CLUSTER, LISTENER, ROUTES, Side

Reread = Callable[[], Side]
_SECTIONS = (CLUSTER, LISTENER, ROUTES)
_MANY = 20
"""Differences that are told one by one: where there are more, one of the two proxies is behind as a whole."""


@dataclass(eq=False)
class Siblings:
    """The proxies of one workload, as they are read. Of the first a digest is kept, and how to read it again."""

    first: str
    reread: Reread
    digest: bytes
    settled: set[str]
    proxies: list[str] = field(default_factory=list)
    found: list[tuple[tuple[str, ...], Difference, str]] = field(default_factory=list)
    _side: Side | None = None

    def add(self, proxy: str, running: Side, settled: set[str]) -> None:
        """Compare one more proxy with the first; `settled` are objects of which something else is known to be wrong."""
        self.proxies.append(proxy)
        if digest(running) == self.digest:
            return
        if self._side is None:
            self._side = self.reread()
        both = settled | self.settled
        for section in _SECTIONS:
            mine, theirs = self._side.of(section), running.of(section)
            names = sorted(
                name
                for name in mine.keys() | theirs.keys()
                if (name not in mine or name not in theirs or mine[name].digest != theirs[name].digest)
                and f"{section} {name}" not in both
            )
            if len(names) > _MANY:
                shown = f"{section} {names[0]} and {len(names) - 1} more"
                self.found.append(((section, _digest(running, section).hex()), self._behind(shown), proxy))
                continue
            for name in names:
                inside = list(islice(self._differences(self._side, section, name, running), _MANY + 1))
                if len(inside) > _MANY:
                    shown = f"{section} {name}"
                    self.found.append(((shown, theirs[name].digest.hex()), self._behind(shown), proxy))
                    continue
                self.found += (((*d.objects, d.field, repr(d.running)), d, proxy) for d in inside)

    def _behind(self, shown: str) -> Difference:
        return structural(None, ("many fields",), f"as in {self.first}", "different", shown, Hop.SIBLINGS)

    def _differences(self, first: Side, section: str, name: str, running: Side) -> Iterator[Difference]:
        one, other = first.of(section).get(name), running.of(section).get(name)
        shown = f"{section} {name}"
        if one is None or other is None:
            present = one or other
            source = source_of(present.data) if present else None
            there = "there" if one else None
            yield structural(source, (), there, "there" if other else None, shown, Hop.SIBLINGS)
        else:
            yield from unexplained(one.data, other.data, [], shown, Hop.SIBLINGS)

    def differences(self) -> Iterator[tuple[Difference, str]]:
        """What differs, each with the proxy that is not like most; where most are not like the first, with that."""
        by_key: dict[tuple[str, ...], list[tuple[Difference, str]]] = {}
        for key, found, proxy in self.found:
            by_key.setdefault(key, []).append((found, proxy))
        for key, those in by_key.items():
            if len(those) * 2 <= len(self.proxies):
                yield from those
            elif len(key) == 2:
                found, proxy = those[0]
                yield structs.replace(found, sent=f"as in {proxy}"), self.first
            else:
                found = those[0][0]
                yield structs.replace(found, sent=found.running, running=found.sent), self.first

    def forget(self) -> None:
        """Let the first proxy's objects go; they are read again if they are needed."""
        self._side = None


def siblings(proxy: str, running: Side, reread: Reread, settled: set[str]) -> Siblings:
    """A workload of which this is the first proxy; `settled` are objects of which something else is wrong in it."""
    return Siblings(proxy, reread, digest(running), settled, [proxy])


def digest(running: Side) -> bytes:
    """A short form of all objects."""
    return b"".join(_digest(running, section) for section in _SECTIONS)


def _digest(running: Side, section: str) -> bytes:
    ordered = b"".join(sorted(body.digest for body in running.of(section).values()))
    return blake2b(ordered, digest_size=16).digest()
