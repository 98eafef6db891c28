"""A VirtualService of a namespace in ambient mode is for a host without a waypoint.

Why: for a host of a ServiceEntry, too, only a waypoint applies routes: ztunnel does not read requests.

Example:
    kind: VirtualService
    metadata: {namespace: shop}   # in ambient mode
    spec:
      hosts: [api.example.com]   # its ServiceEntry has no label istio.io/use-waypoint
      http: [{timeout: 3s, route: [{destination: {host: api.example.com}}]}]

Fix: give the ServiceEntry a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: the ServiceEntry or its namespace asks for a waypoint, or that is not known; the VirtualService is for
gateways alone or has no http and tls routes; or the namespace of the rule has sidecars, gets them or was not read, for
they apply it themselves. Where only others may do so, sidecars elsewhere or a gateway that leads to the host, it is an
info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC_READS, unapplied_claims, unapplied_virtual_services


@analyzer("KIA1109", "virtualservice-entry-without-waypoint", Severity.WARNING, reads=TRAFFIC_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unapplied_virtual_services(mesh):
        if found.why == "entry without waypoint":
            yield from unapplied_claims(found)
