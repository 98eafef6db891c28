"""An AuthorizationPolicy is for a Service in ambient mode that has no waypoint to enforce it.

Why: a policy that names a Service in `targetRefs` is enforced by the waypoint of the Service alone. ztunnel and
sidecars do not read it: what it denies gets through, and what it allows is not limited to that.

Example:
    kind: AuthorizationPolicy
    metadata: {namespace: shop}   # in ambient mode, without istio.io/use-waypoint
    spec:
      targetRefs: [{kind: Service, name: web, group: ""}]
      action: DENY
      rules: [{to: [{operation: {methods: [DELETE]}}]}]

Fix: give the Service a waypoint (`istio.io/use-waypoint` on it or on its namespace), or, if the rules need no HTTP,
select the pods by `selector`.

Silent when: the Service or its namespace asks for a waypoint; some of its workloads are not in ambient mode; or the
Namespace was not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TARGET_READS, target_claims


@analyzer("KIA0109", "authorizationpolicy-target-without-waypoint", Severity.WARNING, reads=TARGET_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from target_claims(mesh, AuthorizationPolicy, "what it refuses gets through")
