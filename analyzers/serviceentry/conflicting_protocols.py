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


def protocol(port: EntryPort) -> str:
    return port.protocol or "without protocol"
