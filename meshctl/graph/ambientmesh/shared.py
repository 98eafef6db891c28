"""Services behind a waypoint with routes of both kinds."""

from collections.abc import Sequence
from typing import NamedTuple

from meshctl.graph.ambientmesh.waypoints import WAYPOINT_READS, waypoints
from meshctl.graph.fields import listed
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.kubernetesgateway.meshroutes import MeshRoute, mesh_routes
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

ROUTE_READS = (VirtualService, GatewayRoute, ListenerOwner, *WAYPOINT_READS)
"""The kinds that `shared_services` reads."""


class SharedService(NamedTuple):
    """A VirtualService for a Service for which a route of the Gateway API is too, both read by its waypoint."""

    rule: VirtualService
    path: Path
    service: Service
    route: MeshRoute


@index(*ROUTE_READS)
def shared_services(mesh: MeshGraph) -> Sequence[SharedService]:
    """Each VirtualService with the first of those routes."""
    found: list[SharedService] = []
    if not any(True for _ in waypoints(mesh).uses):
        return ()
    for vs in mesh.all(VirtualService):
        if vs.applies_to_mesh and listed(vs.spec.get("http")):
            for i, host in vs.hosts:
                entry = hosts(mesh).find(host, vs.namespace)
                service = entry.first if entry else None
                if isinstance(service, Service) and (route := _route(mesh, vs, service)):
                    found.append(SharedService(vs, ("spec", "hosts", i), service, route))
                    break
    return tuple(found)


def _route(mesh: MeshGraph, vs: VirtualService, service: Service) -> MeshRoute | None:
    routes = mesh_routes(mesh).get(service, ())
    use = waypoints(mesh).of(service) if routes else None
    if use is None or not use.exists or vs.namespace not in (service.namespace, use.namespace):
        return None
    return next((r for r in routes if r.route.has_requests and not r.clients), None)
