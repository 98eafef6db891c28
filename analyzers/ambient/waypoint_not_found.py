"""A label asks for a waypoint that does not exist.

Why: requests go on without a waypoint. Whatever it was to do is not done: AuthorizationPolicies for methods and paths,
routes, retries, traces.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels:
        istio.io/dataplane-mode: ambient
        istio.io/use-waypoint: waypiont   # there is a Gateway `waypoint`

Fix: write the name of a Gateway of class `istio-waypoint`, with `istio.io/use-waypoint-namespace` if it is of another
namespace; or make one, as `istioctl waypoint apply` does.

Silent when: the Gateway exists, or pods that were made for it do; the label is `none`; or the status of the resource
says so already, which is IST0171. The label of a Deployment's pods is told once.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    KubernetesGateway,
    MeshGraph,
    Missing,
    Severity,
    analyzer,
    kubernetes_gateway_names,
)
from meshctl.analysis.api.ambient import WAYPOINT_READS, is_told, waypoints


@analyzer("KIA1313", "waypoint-not-found", Severity.ERROR, reads=WAYPOINT_READS, absent=(KubernetesGateway,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in waypoints(mesh).uses:
        if not use.exists and not is_told(use.subject):
            yield Claim(
                use.subject,
                use.path,
                f"Waypoint {use.full_name} {ABSENT}: requests go on without it, and what needs one is not in force.",
                fix=kubernetes_gateway_names(mesh).meant(use.full_name, use.home)
                or f"Make it with `istioctl waypoint apply -n {use.namespace} --name {use.name}`, or remove the label.",
                absent=Missing("waypoint", use.full_name, KubernetesGateway.KINDS, use.namespace),
            )
