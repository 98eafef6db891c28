"""A ServiceEntry has a value that Istio refuses.

Why: the hosts are then unknown to the mesh: requests to them are not routed, or blocked with REGISTRY_ONLY.

Example:
    hosts: ["*.example.com"]
    ports:
    - {number: 443, name: tls, protocol: TLS}
    resolution: DNS   # there is no name that could be looked up

Fix: let hosts, ports, endpoints and the resolution fit together, as the finding says.

Silent when: two ServiceEntries disagree with each other: that is not seen in one of them.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, ServiceEntry, Severity, analyzer, refused


@analyzer("IST0106", "serviceentry-invalid", Severity.ERROR, reads=(ServiceEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, ServiceEntry)
