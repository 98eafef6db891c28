"""Nobody asks for a waypoint.

Why: requests go to a waypoint only if a label `istio.io/use-waypoint` asks for it, on the Namespace, the Service or the
pods. Without, it runs for nothing, and policies that name it are not enforced.

Example:
    kind: Gateway
    metadata: {name: waypoint, namespace: shop}
    spec: {gatewayClassName: istio-waypoint}
    # and nothing in the input has the label istio.io/use-waypoint: waypoint

Fix: label the namespace with `istio.io/use-waypoint`, or remove the Gateway.

Silent when: something in the input asks for it, or for a share of its requests (`istio.io/use-waypoint-canary`).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, KubernetesGateway, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import WAYPOINT_READS, canary_waypoints, waypoints


@analyzer("MSH453", "waypoint-unused", Severity.INFO, reads=WAYPOINT_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    used = {(use.namespace, use.name) for use in waypoints(mesh).uses} | canary_waypoints(mesh)
    for gateway in mesh.all(KubernetesGateway):
        if gateway.class_name == "istio-waypoint" and (gateway.namespace, gateway.name) not in used:
            yield Claim(
                gateway,
                ("metadata", "name"),
                f"Nothing in the input uses waypoint {gateway.full_name}: no request goes through it.",
                fix=f"Label what is to use it with istio.io/use-waypoint={gateway.name}, or remove it.",
            )
