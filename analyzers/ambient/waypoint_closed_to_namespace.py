"""A waypoint does not take the namespace of what uses it.

Why: the `allowedRoutes` of the waypoint's HBONE listener say which namespaces may use it: its own alone, where nothing
is said. Requests of others go on without a waypoint.

Example:
    kind: Service
    metadata:
      namespace: shop
      labels: {istio.io/use-waypoint: shared, istio.io/use-waypoint-namespace: infra}
    ---
    kind: Gateway
    metadata: {name: shared, namespace: infra}
    spec:
      gatewayClassName: istio-waypoint
      listeners: [{name: mesh, port: 15008, protocol: HBONE}]   # takes namespace infra alone

Fix: write `allowedRoutes: {namespaces: {from: All}}` in the listener, or a selector that the namespace fits.

Silent when: the listener takes the namespace, or that depends on labels that were not read; the Gateway is of another
class than `istio-waypoint`; or the status of the resource says so already, which is IST0171.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Path, Severity, analyzer
from meshctl.analysis.api.ambient import WAYPOINT_READS, WaypointUse, is_told, takes_namespace, waypoints


@analyzer("MSH451", "waypoint-closed-to-namespace", Severity.WARNING, reads=WAYPOINT_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in waypoints(mesh).uses:
        path = _closed(mesh, use)
        if use.gateway and path and not is_told(use.subject):
            yield Claim(
                use.subject,
                use.path,
                f"Waypoint {use.full_name} does not take namespace {use.home}: requests go on without it.",
                fix="Let allowedRoutes of its listener take the namespace, or use a waypoint of the namespace itself.",
                related=(Also(use.gateway, path, "whom it takes"),),
            )


def _closed(mesh: MeshGraph, use: WaypointUse) -> Path:
    """The path of what refuses the namespace; empty if nothing does."""
    if use.gateway is None or use.gateway.class_name != "istio-waypoint":
        return ()
    tunnels = (x for x in use.gateway.listeners if x.protocol == "HBONE" and x.port == 15008)
    listener = next(tunnels, None)
    if listener is None:
        return ("spec", "listeners") if use.home != use.namespace else ()
    return () if takes_namespace(mesh, use.gateway, listener, use.home) else listener.path
