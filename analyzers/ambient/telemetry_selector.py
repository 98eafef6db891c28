"""A Telemetry selects workloads in ambient mode by labels, where nobody reads it.

Why: ztunnel makes its own logs and metrics whatever a Telemetry says, and a waypoint takes only what names it or its
Services in `targetRefs`, or is for a whole namespace.

Example:
    kind: Telemetry
    metadata: {namespace: shop}   # in ambient mode
    spec:
      selector: {matchLabels: {app: web}}
      accessLogging: [{providers: [{name: envoy}]}]

Fix: name the Service or its waypoint in `targetRefs` instead.

Silent when: one of the workloads has a sidecar or is a gateway, or may be one; the Telemetry has no selector, for
waypoints follow those of a whole namespace; or it selects a waypoint by its labels, which is IST0166.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Telemetry, analyzer
from meshctl.analysis.api.ambient import SELECTOR_READS, unread_claims


@analyzer("KIA1117", "telemetry-selector-in-ambient", Severity.WARNING, reads=(Telemetry, *SELECTOR_READS))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for claim in unread_claims(mesh, Telemetry, "it changes nothing"):
        if claim.path[:2] == ("spec", "selector"):
            yield claim
