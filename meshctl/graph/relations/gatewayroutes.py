"""What routes of the Gateway API refer to: their parents and backends."""

from collections.abc import Iterator

from meshctl.graph.edges import Edge, relation
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import ListenerOwner, ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.attachments import Outcome, route_attachments
from meshctl.graph.kubernetesgateway.backends import route_backends
from meshctl.graph.mesh import MeshGraph


@relation(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def route_parents(mesh: MeshGraph) -> Iterator[Edge]:
    """From a route to each Gateway, ListenerSet or Service that it names, whether that takes it or not."""
    for attachment in route_attachments(mesh).found:
        label = attachment.ref.section
        if attachment.parent:
            yield Edge("references", attachment.route, attachment.ref.path, attachment.parent.id, label)
        elif attachment.outcome is Outcome.NO_PARENT:
            yield Edge("references", attachment.route, attachment.ref.path, attachment.missing, label)


@relation(GatewayRoute, Service, ServiceEntry, ReferenceGrant)
def route_services(mesh: MeshGraph) -> Iterator[Edge]:
    """From a route to the Services that it sends requests, copies or questions to."""
    for backend in route_backends(mesh):
        if backend.service:
            yield Edge("routes_to", backend.route, backend.ref.path, backend.service.id)
        elif backend.missing:
            yield Edge("routes_to", backend.route, backend.ref.path, backend.missing)
