"""A Telemetry is for a Service in ambient mode that has no waypoint to follow it.

Why: ztunnel makes its own logs and metrics whatever a Telemetry says. Traces, access logs of requests and changes of
metrics are the work of the waypoint of the Service.

Example:
    kind: Telemetry
    metadata: {namespace: shop}   # in ambient mode, without istio.io/use-waypoint
    spec:
      targetRefs: [{kind: Service, name: web, group: ""}]
      accessLogging: [{providers: [{name: envoy}]}]

Fix: give the Service a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: the Service or its namespace asks for a waypoint; some of its workloads are not in ambient mode; or the
Namespace was not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Telemetry, analyzer
from meshctl.analysis.api.ambient import TARGET_READS, target_claims


@analyzer("KIA1112", "telemetry-target-without-waypoint", Severity.WARNING, reads=TARGET_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from target_claims(mesh, Telemetry, "it changes nothing")
