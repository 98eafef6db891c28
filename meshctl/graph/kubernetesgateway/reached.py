"""Which listeners some route attaches to."""

from collections.abc import Collection

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import KubernetesListener, ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.attachments import Outcome, route_attachments
from meshctl.graph.kubernetesgateway.listeners import Admitted
from meshctl.graph.mesh import MeshGraph, index


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def reached_listeners(mesh: MeshGraph) -> Collection[KubernetesListener]:
    """Every listener that a route attaches to."""
    found = set[KubernetesListener]()
    # What many routes have in common is looked up once.
    seen = set[tuple[Admitted, str]]()
    for attachment in route_attachments(mesh).with_outcome(Outcome.ATTACHED):
        if attachment.admitted:
            for hostname in attachment.hostnames:
                if (attachment.admitted, hostname) not in seen:
                    seen.add((attachment.admitted, hostname))
                    found.update(one for slot in attachment.admitted.slots(hostname) for one in slot)
    return found
