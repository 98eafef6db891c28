"""A Service behind a waypoint has a VirtualService and a route of the Gateway API.

Why: the waypoint reads both, and Istio does not define what their mixture does: which rules go first may change with a
new version or an edit of either.

Example:
    kind: VirtualService
    spec: {hosts: [web], http: [{route: [{destination: {host: web-v1}}]}]}
    ---
    kind: HTTPRoute
    spec:
      parentRefs: [{kind: Service, name: web, group: ""}]

Fix: keep one of them, best the HTTPRoute.

Silent when: the Service has no waypoint, or one that does not exist; the VirtualService is not for the mesh, or of a
namespace where the waypoint does not look.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import ROUTE_READS, shared_services


@analyzer("MSH452", "virtualservice-beside-route-at-waypoint", Severity.WARNING, reads=ROUTE_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in shared_services(mesh):
        route = found.route.route
        yield Claim(
            found.rule,
            found.path,
            f"{found.service.id} has {route.id} too, and what its waypoint makes of both together is not defined.",
            fix="Keep one of them.",
            related=(Also(route, (*found.route.ref.path, "name"), "the other one"),),
        )
