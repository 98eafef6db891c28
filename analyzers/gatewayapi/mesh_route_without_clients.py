"""Nobody applies a route of the mesh: none of the clients that it is for is in the mesh.

Why: the rules of such a route are applied by the proxies of the clients, or, in ambient mode, by the waypoint of the
Service. Without either, requests go to the Service as if there was no route.

Example:
    kind: HTTPRoute
    metadata: {namespace: clients}   # no pod there has a sidecar
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews, namespace: shop}]

Fix: take the clients into the mesh (`istio-injection: enabled` on the namespace), or give the Service a waypoint
(`istio.io/use-waypoint`).

Silent when: one workload that the route is for has a proxy or gets one; a waypoint is asked for; or not all of these
workloads, or what injects them, are known; or the input shows neither sidecars nor ambient mode anywhere. A route in
the namespace of the Service is for the workloads of all namespaces.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    GatewayRoute,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, MeshRoute, clients, mesh_routes, uses_waypoint


@analyzer(
    "GWA607",
    "mesh-route-without-clients",
    Severity.WARNING,
    reads=(
        GatewayRoute,
        ListenerOwner,
        Service,
        ServiceEntry,
        Namespace,
        Workload,
        MutatingWebhookConfiguration,
        ConfigMap,
    ),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for routes in mesh_routes(mesh).values():
        for one in routes:
            if why := _why(mesh, one):
                yield Claim(
                    one.route,
                    (*one.ref.path, "name"),
                    f"Nobody applies this route to requests to {one.service.id}: {why}.",
                    fix="Take the clients into the mesh, or give the Service a waypoint.",
                )


def _why(mesh: MeshGraph, one: MeshRoute) -> str:
    known = clients(mesh)
    # Some meshes have neither and apply routes on the nodes.
    if known.everywhere.isdisjoint({"sidecar", "ambient"}):
        return ""
    if one.clients:
        ways, where = known.ways(one.clients), f"of namespace {one.clients} "
    elif mesh.coverage.has_all(Workload.KINDS):
        ways, where = known.everywhere, ""
    else:
        return ""
    if ways == {"none"}:
        return f"no workload {where}is in the mesh"
    if ways and ways <= {"none", "ambient"} and not uses_waypoint(mesh, one.service):
        return "its clients are in ambient mode, and it asks for no waypoint"
    return ""
