"""References of Gateways and routes into other namespaces, for which there has to be a ReferenceGrant."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from meshctl.graph.kinds.core import ConfigMap, Secret, Service
from meshctl.graph.kinds.gateway_api import BackendTlsPolicy, ListenerOwner, ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.secretmaker import SecretMaker, TrustBundle
from meshctl.graph.kubernetesgateway.authorities import authorities
from meshctl.graph.kubernetesgateway.backends import route_backends
from meshctl.graph.kubernetesgateway.certificates import SECRET, listener_certificates
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import KindKey

Crossing = tuple[KindKey, str, KindKey, str]
"""Kind and namespace of the referrer, kind and namespace of the target."""

REFERRERS = frozenset({*GatewayRoute.KINDS, *ListenerOwner.KINDS})


@index(
    GatewayRoute,
    ListenerOwner,
    BackendTlsPolicy,
    Service,
    ServiceEntry,
    Secret,
    ConfigMap,
    SecretMaker,
    TrustBundle,
    ReferenceGrant,
)
def crossings(mesh: MeshGraph) -> Mapping[Crossing, Collection[str]]:
    """The names of everything in other namespaces that routes attached to Gateways, and Gateways, refer to."""
    found: dict[Crossing, set[str]] = defaultdict(set)
    for backend in route_backends(mesh):
        route, ref = backend.route, backend.ref
        if route.wants_gateway and ref.namespace != route.namespace:
            found[route.id.kind_key, route.namespace, ref.kind, ref.namespace].add(ref.name)
    for use in listener_certificates(mesh):
        if use.namespace != use.owner.namespace:
            found[use.owner.id.kind_key, use.owner.namespace, SECRET, use.namespace].add(use.name)
    for authority in authorities(mesh):
        subject = authority.subject
        if authority.namespace != subject.namespace:
            found[subject.id.kind_key, subject.namespace, authority.kind, authority.namespace].add(authority.name)
    return found
