"""ServiceEntries state different protocols for the same port of the same host.

Why: a proxy that sees them all has one listener and one cluster for the host's port. Which protocol it is for depends
on the order in which istiod read the ServiceEntries, and with the wrong one requests fail.

Example:
    kind: ServiceEntry
    metadata: {name: plain}
    spec:
      hosts: [api.example.com]
      ports:
      - {number: 443, name: http, protocol: HTTP}
    ---
    kind: ServiceEntry
    metadata: {name: encrypted}
    spec:
      hosts: [api.example.com]
      ports:
      - {number: 443, name: tls, protocol: TLS}

Fix: state one protocol, or export the ServiceEntries to different namespaces.

Only an info where one ServiceEntry alone says it of two of its ports, which IST0106 is about.

Silent when: no namespace sees both, or the hosts differ as text (a wildcard and a host that it covers do not conflict).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    Dissent,
    EntryPort,
    MeshGraph,
    ServiceEntry,
    Severity,
    analyzer,
    entry_protocols,
    enumerated,
)


@analyzer("IST0177", "conflicting-serviceentry-protocols", Severity.WARNING, reads=(ServiceEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[ServiceEntry, list[Dissent]] = {}
    for dissent in entry_protocols(mesh).dissents(MOST):
        found.setdefault(dissent.entry, []).append(dissent)
    for entry, dissents in found.items():
        first = min(dissents, key=lambda d: (d.port.path, d.host))
        others = enumerated((f"{protocol(port)} in {other.full_name}" for other, port in first.others), first.count)
        more = len({(d.host, d.port.number) for d in dissents}) - 1
        yield Claim(
            entry,
            ("metadata", "name"),
            f"Port {first.port.number} of {first.host} is {protocol(first.port)} here, but {others}"
            f"{f'; so are {more} more of its ports' if more else ''}: proxies that see both use only one.",
            fix="State one protocol for the port, or export the ServiceEntries to different namespaces.",
            related=tuple(
                Also(other, port.path, f"states {protocol(port)} for the same port") for other, port in first.others
            ),
        )
    for entry in mesh.all(ServiceEntry):
        if entry not in found and (twice := _said_twice(entry)):
            first, second = twice
            yield Claim(
                entry,
                ("metadata", "name"),
                f"Port {first.number} is {protocol(first)} and {protocol(second)} here: only one of the two is used.",
                fix="Give each port of the ServiceEntry a number of its own.",
                severity=Severity.INFO,
            )


def _said_twice(entry: ServiceEntry) -> tuple[EntryPort, EntryPort] | None:
    """Two of its ports with one number and different protocols."""
    seen: dict[int | None, EntryPort] = {}
    for port in entry.ports if entry.hosts else ():
        first = seen.setdefault(port.number, port)
        if first.protocol != port.protocol:
            return first, port
    return None


def protocol(port: EntryPort) -> str:
    return port.protocol or "without protocol"
