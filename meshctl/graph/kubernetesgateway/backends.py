"""What the backends of routes are: the Service behind each, and whether it may be referred to."""

from msgspec import Struct

from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Service, ServicePort
from meshctl.graph.kinds.gateway_api import ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import HOSTNAME, SERVICE, BackendRef, GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.grants import grants
from meshctl.graph.mesh import MeshGraph, Missing, index


class Backend(Struct, frozen=True):
    """A backend of a route.

    `service` is the Service that it names; `missing` what was not found, None for kinds that are not known here.
    `permitted` says that it is in the namespace of the route, that a grant allows it, or that none is needed, as for
    routes of the mesh.
    """

    route: GatewayRoute
    ref: BackendRef
    service: Service | None
    missing: Missing | None
    permitted: bool

    @property
    def port(self) -> ServicePort | None:
        """The port of the Service; None where it has none of that number."""
        return self.service.ports_by_number.get(self.ref.port) if self.service else None

    @property
    def harm(self) -> str:
        """What becomes of requests for a backend that cannot be used."""
        if self.ref.purpose == "mirror":
            return "the copies of requests are lost"
        if self.ref.purpose == "authorization":
            return "no request passes"
        if self.route.id.kind == "GRPCRoute":
            return "requests that it would get fail as UNAVAILABLE"
        if self.route.has_requests:
            return "requests that it would get are answered with a 500"
        return "connections that it would get are refused"


@index(GatewayRoute, Service, ServiceEntry, ReferenceGrant)
def route_backends(mesh: MeshGraph) -> tuple[Backend, ...]:
    """Every backend of every route, in document order."""
    return tuple(_backend(mesh, route, ref) for route in mesh.all(GatewayRoute) for ref in route.backends)


def _backend(mesh: MeshGraph, route: GatewayRoute, ref: BackendRef) -> Backend:
    service = missing = None
    if ref.kind == SERVICE:
        service = mesh.get(Service, ref.namespace, ref.name)
        if service is None and ref.name:
            missing = Missing("service", ref.full_name, Service.KINDS, ref.namespace)
    elif ref.kind == HOSTNAME and hosts(mesh).find(ref.name, ref.namespace) is None:
        missing = hosts(mesh).missing(ref.name, ref.namespace)
    target = ref.kind, ref.namespace, ref.name
    permitted = not route.wants_gateway or grants(mesh).permit((route.id.kind_key, route.namespace), target)
    return Backend(route, ref, service, missing, permitted)
