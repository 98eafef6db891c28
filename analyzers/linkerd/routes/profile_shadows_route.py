"""A ServiceProfile keeps the routes of a Service from taking effect.

Why: where a Service has a ServiceProfile, Linkerd's proxies go by that alone: HTTPRoutes and GRPCRoutes for the Service
are not looked at, nor are the annotations about retries and timeouts.

Example:
    kind: ServiceProfile
    metadata: {name: web.shop.svc.cluster.local, namespace: shop}
    ---
    kind: HTTPRoute
    spec:
      parentRefs: [{group: "", kind: Service, name: web, port: 80}]

Fix: remove the ServiceProfile, once the routes have all that it does.

Silent when: only one of them is there; or the profile is in another namespace than the Service and the route counts for
other clients.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Namespace, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.linkerd import GatewayRoute, ListenerOwner, ServiceProfile, mesh_routes


@analyzer(
    "LKD603",
    "linkerd-profile-shadows-route",
    Severity.WARNING,
    reads=(ServiceProfile, Service, GatewayRoute, ListenerOwner, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for profile in mesh.all(ServiceProfile):
        name, _, rest = profile.name.partition(".")
        home, _, tail = rest.partition(".")
        service = mesh.get(Service, home, name) if tail == f"svc.{mesh.settings.cluster_domain}" else None
        if service is None:
            continue
        everybody = profile.namespace == service.namespace
        shadowed = [
            one
            for one in mesh_routes(mesh).get(service, ())
            if one.route.has_requests and (everybody or one.clients in ("", profile.namespace))
        ]
        if shadowed:
            first = shadowed[0].route
            whose = "" if everybody else f" for clients in {profile.namespace}"
            yield Claim(
                profile,
                ("metadata", "name"),
                f"With this ServiceProfile, Linkerd does not look at {first.id}{whose}, nor at other routes for Service"
                f" {service.full_name}.",
                fix="Remove the ServiceProfile, once the routes have all that it does.",
                related=tuple(Also(one.route, one.ref.path, "is not looked at") for one in shadowed[:5]),
            )
