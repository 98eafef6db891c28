"""Which kinds can be the backend of a route, and for whom."""

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import GROUP, ListenerOwner
from meshctl.graph.kinds.gatewayroutes import HOSTNAME, SERVICE, GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.attachments import route_attachments
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import KindKey, ResourceId

_ISTIOS = frozenset(
    {
        SERVICE,
        HOSTNAME,
        KindKey("multicluster.x-k8s.io", "ServiceImport"),
        KindKey("inference.networking.k8s.io", "InferencePool"),
        KindKey("inference.networking.x-k8s.io", "InferencePool"),
        KindKey("gateway.networking.x-k8s.io", "XBackend"),
    }
)
# No controller takes anything else of these as a backend.
_KNOWN_GROUPS = frozenset({"", "apps", "batch", "networking.istio.io", GROUP})


def takes_as_backend(kind: KindKey) -> bool:
    """Whether Istio takes it."""
    return kind in _ISTIOS


def never_backends(kind: KindKey) -> bool:
    """Whether nobody takes it: its group is well known, and it is none of the kinds there that can be one."""
    return kind.group in _KNOWN_GROUPS and kind not in _ISTIOS


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def only_on_istio(mesh: MeshGraph) -> frozenset[ResourceId]:
    """Routes of which all parents are known and Gateways of Istio."""
    elsewhere, here = set[ResourceId](), set[ResourceId]()
    for attachment in route_attachments(mesh).found:
        parent = attachment.parent
        ours = isinstance(parent, ListenerOwner) and is_istios(parent)
        (here if ours else elsewhere).add(attachment.route.id)
    return frozenset(here - elsewhere)


def is_istios(gateway: ListenerOwner) -> bool:
    """Whether a Gateway is served by Istio, by the name of its class."""
    return gateway.class_name == "istio" or gateway.class_name.startswith("istio-")
