"""Several ServiceEntries have the same port of the same host, and only one of them counts for a proxy.

Why: a proxy takes the ServiceEntry of its own namespace, else the oldest. Where they find the addresses of the host in
different ways or call it part of the mesh or not, requests go one way or the other, depending on who was first.

Example:
    kind: ServiceEntry
    metadata: {name: api}
    spec: {hosts: [api.example.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
    ---
    kind: ServiceEntry
    metadata: {name: api-too}
    spec: {hosts: [api.example.com], resolution: NONE, ports: [{number: 443, name: tls, protocol: TLS}]}

Fix: keep one of them, or export each to the namespaces that it is for.

Only an info where they say the same, which does no harm.

Silent when: their protocols differ, which IST0177 says; or they are exported to different namespaces.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, ServiceEntry, Severity, analyzer, others, text
from meshctl.analysis.api.samehosts import shared_entry_ports


@analyzer("KIA1211", "serviceentries-for-same-host", Severity.WARNING, reads=(ServiceEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shared in shared_entry_ports(mesh):
        places = {entry: (*port.path, "number") for entry, port in shared.entries}
        differ = len({(entry.resolution, text(entry.spec.get("location"))) for entry in places}) > 1
        for entry, path in places.items():
            rivals, names = others(entry, tuple(places))
            harm = "their resolution or location differs" if differ else "they say the same"
            yield Claim(
                entry,
                path,
                f"ServiceEntry {names} has port {shared.number} of {shared.host} too, and only one of them counts for a"
                f" proxy; {harm}.",
                fix="Keep one of them, or export each to the namespaces that it is for.",
                related=tuple(Also(rival, places[rival], "has the port too") for rival in rivals),
                severity=None if differ else Severity.INFO,
                key=(shared.host,),
            )
