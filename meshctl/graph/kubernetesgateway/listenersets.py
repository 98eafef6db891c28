"""Which ListenerSets add their listeners to which Gateway."""

from collections.abc import Mapping, Sequence

from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.gateway_api import ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GATEWAY
from meshctl.graph.kubernetesgateway.listeners import selects_namespace
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.mesh import MeshGraph, index


def takes_listeners(mesh: MeshGraph, gateway: ListenerOwner, namespace: str) -> bool:
    """Whether a Gateway takes listeners of a namespace; True where that depends on labels that were not read."""
    allowed = mapping(mapping(gateway.spec.get("allowedListeners")).get("namespaces"))
    origin = text(allowed.get("from")) or "None"
    if origin == "Selector":
        return selects_namespace(mesh, mapping(allowed.get("selector")), namespace)
    return origin == "All" or (origin == "Same" and namespace == gateway.namespace)


def parent_gateway(listeners: ListenerOwner) -> tuple[str, str]:
    """Namespace and name of the Gateway of a ListenerSet."""
    parent = mapping(listeners.spec.get("parentRef"))
    return text(parent.get("namespace")) or listeners.namespace, text(parent.get("name"))


@index(ListenerOwner, Namespace)
def listener_sets(mesh: MeshGraph) -> Mapping[ListenerOwner, Sequence[ListenerOwner]]:
    """Every Gateway with the ListenerSets that it takes, in the order in which their listeners are taken.

    ListenerSets that no Gateway takes stand by themselves.
    """
    gateways = {(o.namespace, o.name): o for o in mesh.all(ListenerOwner) if o.id.kind_key == GATEWAY}
    found: dict[ListenerOwner, list[ListenerOwner]] = {gateway: [] for gateway in gateways.values()}
    alone = []
    for owner in mesh.all(ListenerOwner):
        if owner not in found:
            gateway = gateways.get(parent_gateway(owner))
            if gateway and takes_listeners(mesh, gateway, owner.namespace):
                found[gateway].append(owner)
            else:
                alone.append(owner)
    return {gateway: sorted(sets, key=age) for gateway, sets in found.items()} | {owner: [] for owner in alone}
