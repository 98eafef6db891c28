"""A DestinationRule is in a namespace where the waypoint of its Service does not look.

Why: a waypoint looks for DestinationRules in its own namespace, in that of the Service, and in the root namespace. One
in the namespace of a client is for the sidecars there, and clients in ambient mode have none.

Example:
    kind: DestinationRule
    metadata: {namespace: clients}   # in ambient mode
    spec:
      host: web.shop.svc.cluster.local   # has a waypoint
      trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}

Fix: move the rule to the namespace of the Service.

Silent when: the Service has no waypoint, or one that is not there; the rule has no settings for requests; or the
namespace of the rule has sidecars, gets them or was not read, for they apply it themselves. Where only others may do
so, sidecars elsewhere or a gateway that leads to the host, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC_READS, unapplied_claims, unapplied_destination_rules


@analyzer("KIA0212", "destinationrule-far-from-waypoint", Severity.WARNING, reads=TRAFFIC_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unapplied_destination_rules(mesh):
        if found.why == "far from waypoint":
            yield from unapplied_claims(found)
