"""A DestinationRule of a namespace in ambient mode has settings for requests to a host without a waypoint.

Why: for a host of a ServiceEntry, too, only a waypoint applies them: ztunnel does not read DestinationRules.

Example:
    kind: DestinationRule
    metadata: {namespace: shop}   # in ambient mode
    spec:
      host: api.example.com   # its ServiceEntry has no label istio.io/use-waypoint
      trafficPolicy: {connectionPool: {http: {http1MaxPendingRequests: 10}}}

Fix: give the ServiceEntry a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: the ServiceEntry or its namespace asks for a waypoint, or that is not known; the rule has no such settings;
or the namespace of the rule has sidecars, gets them or was not read, for they apply it themselves. Where only others
may do so, sidecars elsewhere or a gateway that leads to the host, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC_READS, unapplied_claims, unapplied_destination_rules


@analyzer("KIA0210", "destinationrule-entry-without-waypoint", Severity.WARNING, reads=TRAFFIC_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unapplied_destination_rules(mesh):
        if found.why == "entry without waypoint":
            yield from unapplied_claims(found)
