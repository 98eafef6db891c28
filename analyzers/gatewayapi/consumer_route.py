"""A route of a Service in another namespace counts for the clients of its own namespace alone.

Why: who may write into one namespace is not to redirect the requests of others. Clients elsewhere use the routes in the
namespace of the Service, or none.

Example:
    kind: HTTPRoute
    metadata: {namespace: clients}
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews, namespace: shop}]

Fix: nothing, if that is what you want; to reach all clients, put the route into the namespace of the Service.

Silent when: the route is in the namespace of the Service; or nobody there is in the mesh, which is GWA607.
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
from meshctl.analysis.api.gatewayapi import ListenerOwner, clients, mesh_routes


@analyzer(
    "GWA606",
    "consumer-route",
    Severity.INFO,
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
    for service, routes in mesh_routes(mesh).items():
        for one in routes:
            if one.clients and clients(mesh).ways(one.clients) != {"none"}:
                yield Claim(
                    one.route,
                    (*one.ref.path, "namespace"),
                    f"This route counts for requests to {service.id} from namespace {one.clients} alone.",
                    fix=f"To reach all clients, put it into namespace {service.namespace}.",
                )
