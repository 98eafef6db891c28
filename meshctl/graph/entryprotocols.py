"""What the ServiceEntries of one host say about the protocol of a port."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from meshctl.graph.hosts import EVERYWHERE
from meshctl.graph.kinds.networking import EntryPort, ServiceEntry
from meshctl.graph.mesh import MeshGraph, index

Said = dict[str, dict[ServiceEntry, EntryPort]]
Port = tuple[str, str, int]


class Dissent(Struct, frozen=True):
    """A port of a ServiceEntry whose protocol others state differently: `others` are some of them, `count` all."""

    entry: ServiceEntry
    port: EntryPort
    host: str
    others: tuple[tuple[ServiceEntry, EntryPort], ...]
    count: int


class EntryProtocols:
    """By cluster, host and port number: what is said in each scope that ServiceEntries are exported to."""

    def __init__(self, entries: tuple[ServiceEntry, ...]) -> None:
        self._scopes: dict[Port, dict[str, Said]] = defaultdict(lambda: defaultdict(dict))
        for entry in sorted(entries, key=lambda e: e.id):
            # Of two ports with one number the second is void.
            ports = {port.number: port for port in reversed(entry.ports) if port.number is not None}
            # The host of a ServiceEntry is taken as it is written, also a short one.
            for host in dict.fromkeys(host for _, host in entry.hosts):
                for number, port in ports.items():
                    for scope in entry.export_to:
                        said = self._scopes[entry.cluster, host, number][scope]
                        said.setdefault(port.protocol, {})[entry] = port

    def dissents(self, most: int) -> Iterator[Dissent]:
        """Every port about which two ServiceEntries disagree where somebody sees both; `most` others with each."""
        for (_, host, _), scopes in self._scopes.items():
            everybodys = scopes.get(EVERYWHERE, {})
            private = [said for scope, said in scopes.items() if scope != EVERYWHERE]
            yield from _among(host, everybodys, (_together([everybodys, *private]),), most)
            for said in private:
                yield from _among(host, said, (everybodys, said), most)


def _together(parts: list[Said]) -> Said:
    if len(parts) == 1:
        return parts[0]
    together: Said = defaultdict(dict)
    for said in parts:
        for protocol, entries in said.items():
            together[protocol].update(entries)
    return together


def _among(host: str, own: Said, seen: tuple[Said, ...], most: int) -> Iterator[Dissent]:
    total = sum(len(entries) for said in seen for entries in said.values())
    for protocol, entries in own.items():
        count = total - sum(len(said.get(protocol, ())) for said in seen)
        if count:
            differing = (pair for said in seen for p, e in said.items() if p != protocol for pair in e.items())
            others = tuple(islice(differing, most))
            for entry, port in entries.items():
                yield Dissent(entry, port, host, others, count)


@index(ServiceEntry)
def entry_protocols(mesh: MeshGraph) -> EntryProtocols:
    """The protocols that ServiceEntries state."""
    return EntryProtocols(mesh.all(ServiceEntry))
