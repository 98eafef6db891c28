"""A RequestAuthentication is for a Service in ambient mode that has no waypoint to look at tokens.

Why: tokens are looked at by the waypoint of the Service alone, for ztunnel does not read requests. Without one,
requests with bad tokens get through.

Example:
    kind: RequestAuthentication
    metadata: {namespace: shop}   # in ambient mode, without istio.io/use-waypoint
    spec:
      targetRefs: [{kind: Service, name: web, group: ""}]
      jwtRules: [{issuer: issuer.example.com}]

Fix: give the Service a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: the Service or its namespace asks for a waypoint; some of its workloads are not in ambient mode; or the
Namespace was not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, RequestAuthentication, Severity, analyzer
from meshctl.analysis.api.ambient import TARGET_READS, target_claims


@analyzer("KIA1110", "requestauthentication-target-without-waypoint", Severity.WARNING, reads=TARGET_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from target_claims(mesh, RequestAuthentication, "tokens are not looked at")
