"""A ServiceEntry with TCP ports needs an address, and its resolution NONE keeps Istio from allocating one.

Why: Istio allocates addresses only to entries whose hosts it resolves. With the resolution NONE, which is the default,
requests go to whatever address the caller has, so nothing tells the entry's TCP traffic from any other.

Example:
    kind: ServiceEntry
    spec:
      hosts: [db.example.com]
      ports:
      - {number: 5432, name: tcp, protocol: TCP}
      # resolution: NONE is the default

Fix: write `resolution: DNS`, if the host is in the DNS, or `addresses`.

Silent when: the entry has addresses in its spec, another resolution, or no TCP port.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.analysis.api import Claim, MeshGraph, ServiceEntry, Severity, analyzer, numbered


@analyzer("IST0133", "serviceentry-addresses-not-allocated", Severity.INFO, reads=(ServiceEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for entry in mesh.all(ServiceEntry):
        if entry.resolution != "NONE" or entry.spec.get("addresses"):
            continue
        # IST0134 knows other spellings of TCP too; this advice is for the usual one, as in Istio.
        if ports := [port.get("number") for _, port in numbered(entry.spec.get("ports")) if _is_tcp(port)]:
            if entry.status.get("addresses"):
                yield Claim(
                    entry,
                    ("spec", "resolution"),
                    f"Only the addresses that its status shows make TCP port {ports[0]} one of its own: Istio allocates"
                    " none to an entry with the resolution NONE by now.",
                    fix="Add `addresses` to be sure of them, or write `resolution: DNS`.",
                )
                continue
            yield Claim(
                entry,
                ("spec", "resolution"),
                f"Istio allocates no addresses to an entry with the resolution NONE, so this one is without for its TCP"
                f" port {ports[0]}.",
                fix="Write `resolution: DNS`, if the host is in the DNS, or add `addresses`.",
            )


def _is_tcp(port: Mapping[str, Any]) -> bool:
    return port.get("protocol") in (None, "", "TCP")
