"""A VirtualService is in a namespace where the waypoint of its Service does not look.

Why: a waypoint takes routes for a Service from its own namespace and from that of the Service, and from nowhere else,
so that nobody redirects the requests of others.

Example:
    kind: VirtualService
    metadata: {namespace: clients}   # in ambient mode
    spec:
      hosts: [web.shop.svc.cluster.local]   # has a waypoint
      http: [{timeout: 3s, route: [{destination: {host: web.shop.svc.cluster.local}}]}]

Fix: move the VirtualService to the namespace of the Service.

Silent when: the Service has no waypoint, or one that is not there; the VirtualService is for gateways alone or has no
http and tls routes; or the namespace of the rule has sidecars, gets them or was not read, for they apply it themselves.
Where only others may do so, sidecars elsewhere or a gateway that leads to the host, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC_READS, unapplied_claims, unapplied_virtual_services


@analyzer("KIA1114", "virtualservice-far-from-waypoint", Severity.WARNING, reads=TRAFFIC_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unapplied_virtual_services(mesh):
        if found.why == "far from waypoint":
            yield from unapplied_claims(found)
