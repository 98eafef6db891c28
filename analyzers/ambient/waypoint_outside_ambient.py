"""A label asks for a waypoint, and the pods it is for are not in ambient mode.

Why: ztunnel sends requests to a waypoint, and it does so for pods in ambient mode. Nobody in this place uses the
waypoint: only clients in ambient mode elsewhere do, and all others go past it.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels: {istio.io/use-waypoint: waypoint}   # and no istio.io/dataplane-mode

Fix: label the namespace with `istio.io/dataplane-mode=ambient`, or remove the label.

Silent when: one pod of the namespace is in ambient mode, or it has none in the input; the waypoint does not exist,
which is KIA1313. A label of pods is looked at where their own mode or their Namespace is known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import WAYPOINT_READS, users_outside_ambient


@analyzer("KIA1312", "waypoint-outside-ambient", Severity.WARNING, reads=WAYPOINT_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in users_outside_ambient(mesh):
        whom = f"Nothing in namespace {use.home} is" if use.of_namespace else f"The pods of {use.subject.id} are not"
        yield Claim(
            use.subject,
            use.path,
            f"{whom} in ambient mode: only clients that are, elsewhere, go through waypoint {use.full_name}.",
            fix=f"Label namespace {use.home} with istio.io/dataplane-mode=ambient, or remove this label.",
        )
