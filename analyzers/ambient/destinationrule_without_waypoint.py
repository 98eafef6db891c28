"""A DestinationRule has settings for requests to a Service in ambient mode without a waypoint.

Why: in ambient mode the waypoint of a Service applies what DestinationRules say about its requests: sticky sessions by
header or cookie, limits for HTTP, ejection of failing pods. ztunnel does not read DestinationRules.

Example:
    kind: DestinationRule
    metadata: {namespace: shop}   # in ambient mode, without istio.io/use-waypoint
    spec:
      host: web
      trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}

Fix: give the Service a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: a waypoint is asked for; the rule has no such settings, or its host is a wildcard; some workload of the
Service is not in ambient mode; the rule is of the root namespace; or the namespace of the rule has sidecars, gets them
or was not read, for they apply it themselves. Where only others may do so, sidecars elsewhere or a gateway that leads
to the host, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC_READS, unapplied_claims, unapplied_destination_rules


@analyzer("KIA0211", "destinationrule-service-without-waypoint", Severity.WARNING, reads=TRAFFIC_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unapplied_destination_rules(mesh):
        if found.why == "service without waypoint":
            yield from unapplied_claims(found)
