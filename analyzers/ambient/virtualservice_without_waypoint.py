"""A VirtualService is for a Service in ambient mode without a waypoint, so that its routes are not used.

Why: in ambient mode the waypoint of a Service applies routes to its requests. Without one they go straight to the pods:
no share for a canary, no retries, no timeouts.

Example:
    kind: VirtualService
    metadata: {namespace: shop}   # in ambient mode, without istio.io/use-waypoint
    spec:
      hosts: [web]
      http: [{route: [{destination: {host: web-v2}}]}]

Fix: give the Service a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: a waypoint is asked for; some workload of the Service is not in ambient mode; the VirtualService is for
gateways alone or has no http and tls routes; or the namespace of the rule has sidecars, gets them or was not read, for
they apply it themselves. Where only others may do so, sidecars elsewhere or a gateway that leads to the host, it is an
info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC_READS, unapplied_claims, unapplied_virtual_services


@analyzer("KIA1113", "virtualservice-service-without-waypoint", Severity.WARNING, reads=TRAFFIC_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unapplied_virtual_services(mesh):
        if found.why == "service without waypoint":
            yield from unapplied_claims(found)
