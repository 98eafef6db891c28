"""A waypoint is not for what uses it: it takes requests to Services and the label is that of pods, or the reverse.

Why: the label `istio.io/waypoint-for` of a waypoint says what it takes: requests to Services (`service`, which is the
default), those to pods by their own addresses (`workload`), or `all`. What it is not for goes past it.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          labels: {istio.io/use-waypoint: waypoint}   # of pods
    ---
    kind: Gateway
    metadata: {name: waypoint}   # without istio.io/waypoint-for: for Services

Fix: write `istio.io/waypoint-for: all` (or what is used) on the Gateway, or put the label on the Service instead.

Silent when: it is for both; the label is that of a Namespace, unless the waypoint is for nothing; or the status of the
resource says so already, which is IST0171.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import TRAFFIC, WAYPOINT_READS, is_told, traffic, waypoints

_TAKES = {"service": "requests to services alone", "workload": "requests to pods alone", "none": "no requests"}


@analyzer("MSH450", "waypoint-not-for-its-users", Severity.WARNING, reads=WAYPOINT_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in waypoints(mesh).uses:
        if use.gateway is None or is_told(use.subject):
            continue
        has = traffic(mesh, use.gateway)
        wanted = "service" if use.of_services else "workload"
        if has in ("all", wanted) or (use.of_namespace and has == "service"):
            continue
        whom = "a namespace" if use.of_namespace else "a service" if wanted == "service" else "pods"
        takes = _TAKES.get(has, f"only {has}")
        yield Claim(
            use.subject,
            use.path,
            f"Waypoint {use.full_name} takes {takes} ({TRAFFIC}), and this label is that of {whom}: they go past it.",
            fix=f"Label Gateway {use.full_name} with {TRAFFIC}=all, or take another waypoint.",
            related=(Also(use.gateway, ("metadata", "labels", TRAFFIC), "the waypoint"),),
        )
