"""A RequestAuthentication without `targetRefs` is for workloads in ambient mode, where nobody reads it.

Why: ztunnel does not know tokens, and a waypoint takes only what names it or its Services in `targetRefs`; it looks at
no selector, not even at an empty one. Requests with bad tokens get through.

Example:
    kind: RequestAuthentication
    metadata: {namespace: shop}   # in ambient mode
    spec:
      selector: {matchLabels: {app: web}}
      jwtRules: [{issuer: issuer.example.com}]

Fix: name the Service or its waypoint in `targetRefs` instead, as `[{kind: Gateway, group: gateway.networking.k8s.io,
name: waypoint}]`.

Silent when: one of the workloads has a sidecar or is a gateway, or may be one; the policy names its targets; or it
selects a waypoint by its labels, which is IST0166.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, RequestAuthentication, Severity, analyzer
from meshctl.analysis.api.ambient import SELECTOR_READS, unread_claims


@analyzer(
    "KIA1115",
    "requestauthentication-without-targets-in-ambient",
    Severity.WARNING,
    reads=(RequestAuthentication, *SELECTOR_READS),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from unread_claims(mesh, RequestAuthentication, "tokens are not looked at")
