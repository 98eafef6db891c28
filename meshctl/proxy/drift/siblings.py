"""Proxies of one workload against each other: what nobody told how it should be, should at least be alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from meshctl.model.difference import Difference, Hop
from meshctl.proxy.drift.judge import source_of, structural, unexplained
from meshctl.proxy.drift.sides import CLUSTER, LISTENER, ROUTES, Side

Reread = Callable[[], Side]
_SECTIONS = (CLUSTER, LISTENER, ROUTES)


@dataclass(eq=False)
class Siblings:
    """The proxies of one workload, as they are read. Of the first only digests are kept, and how to read it again."""

    first: str
    reread: Reread
    digests: dict[tuple[str, str], bytes] = field(repr=False)
    settled: set[str]
    proxies: list[str] = field(default_factory=list)
    found: list[tuple[Difference, str]] = field(default_factory=list)
    _side: Side | None = None

    def add(self, proxy: str, running: Side, settled: set[str]) -> None:
        """Compare one more proxy with the first; `settled` are objects of which something else is known to be wrong."""
        self.proxies.append(proxy)
        theirs = digests(running)
        if theirs == self.digests:
            return
        for section, name in sorted(theirs.keys() | self.digests.keys()):
            known = f"{section} {name}" in settled or f"{section} {name}" in self.settled
            if not known and theirs.get((section, name)) != self.digests.get((section, name)):
                self.found += ((d, proxy) for d in self._differences(section, name, running))

    def _differences(self, section: str, name: str, running: Side) -> Iterator[Difference]:
        if self._side is None:
            self._side = self.reread()
        one, other = self._side.of(section).get(name), running.of(section).get(name)
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
        for found, proxy in self.found:
            by_key.setdefault((*found.objects, found.field, repr(found.running)), []).append((found, proxy))
        for those in by_key.values():
            if len(those) * 2 > len(self.proxies):
                found = those[0][0]
                yield replace(found, sent=found.running, running=found.sent), self.first
            else:
                yield from those
        self._side = None


def siblings(proxy: str, running: Side, reread: Reread, settled: set[str]) -> Siblings:
    """A workload of which this is the first proxy; `settled` are objects of which something else is wrong in it."""
    return Siblings(proxy, reread, digests(running), settled, [proxy])


def digests(running: Side) -> dict[tuple[str, str], bytes]:
    """Short forms of all objects."""
    return {(section, name): body.digest for section in _SECTIONS for name, body in running.of(section).items()}
