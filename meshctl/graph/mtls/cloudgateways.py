"""Routes of Gateways outside the cluster, whose backends take mutual TLS alone."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import text
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.gateway_api import GatewayClass, ListenerOwner, ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.attachments import Outcome, route_attachments
from meshctl.graph.kubernetesgateway.backends import Backend, route_backends
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.view import View
from meshctl.model.ids import ResourceId

CLOUD_READS: tuple[type[View], ...] = (
    GatewayRoute,
    ListenerOwner,
    GatewayClass,
    ReferenceGrant,
    PeerAuthentication,
    Service,
    ServiceEntry,
    Workload,
    Machine,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)
# Load balancers of clouds: nothing of them runs in the cluster, where it could be part of a mesh.
_CONTROLLERS = frozenset(
    {
        "networking.gke.io/gateway",
        "gateway.k8s.aws/alb",
        "gateway.k8s.aws/nlb",
        "application-networking.k8s.aws/gateway-api-controller",
        "alb.networking.azure.io/alb-controller",
    }
)
# The classes that GKE brings along, which are in no manifest.
_OF_GKE = "gke-l7-"


class CloudBackend(Struct, frozen=True):
    """A backend of a route, the Gateway outside the cluster that calls it, and what its pods take."""

    backend: Backend
    gateway: ListenerOwner
    taking: Taking


@index(*CLOUD_READS)
def refused_cloud_gateways(mesh: MeshGraph) -> tuple[CloudBackend, ...]:
    """Every backend of such a route that refuses it."""
    callers: dict[ResourceId, ListenerOwner] = {}
    for attachment in route_attachments(mesh).with_outcome(Outcome.ATTACHED):
        parent = attachment.parent
        if isinstance(parent, ListenerOwner) and _is_outside(mesh, parent.class_name):
            callers.setdefault(attachment.route.id, parent)
    if not callers:
        return ()
    asked = [(backend, callers[backend.route.id]) for backend in route_backends(mesh) if backend.route.id in callers]
    return tuple(
        CloudBackend(backend, caller, taking) for backend, caller in asked for taking in _refusal(mesh, backend)
    )


def _is_outside(mesh: MeshGraph, name: str) -> bool:
    found = mesh.get(GatewayClass, "", name)
    return text(found.spec.get("controllerName")) in _CONTROLLERS if found else name.startswith(_OF_GKE)


def _refusal(mesh: MeshGraph, backend: Backend) -> Iterator[Taking]:
    """What the pods take, if that is mutual TLS alone, of one class of pods."""
    if backend.service is None or backend.port is None:
        return
    known = hosts(mesh)
    host = next(known.named(known.of_service(backend.service.name, backend.service.namespace)), None)
    for taking in takings(mesh).of(host) if host else ():
        if taking.port == backend.ref.port and taking.acceptance.what == "mutual only":
            yield taking
            return
