"""A route of a Gateway sends requests to another namespace that has not granted it.

Why: a namespace has to say who may send requests to its Services. Without a ReferenceGrant there the controller reports
`RefNotPermitted`, and the rule answers its share of the requests with a 500.

Example:
    kind: HTTPRoute
    metadata: {namespace: shop}
    spec:
      parentRefs: [{name: public}]
      rules:
      - backendRefs:
        - {name: payments, namespace: payments, port: 8080}

Fix: create a ReferenceGrant in the namespace of the Service, `from` the kind and namespace of the route and `to` kind
Service of the empty group; or put the route into that namespace.

Silent when: a grant allows it; the Service is in the namespace of the route, or is not known, which is GWA301; or the
route is one of the mesh alone: those need no grant.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, GatewayRoute, MeshGraph, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ReferenceGrant, missing_grant, route_backends


@analyzer(
    "GWA401",
    "route-backend-not-granted",
    Severity.ERROR,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant),
    absent=(ReferenceGrant,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        if backend.permitted or backend.missing:
            continue
        route, ref = backend.route, backend.ref
        yield Claim(
            route,
            (*ref.path, "namespace"),
            f"A ReferenceGrant that lets an {route.id.kind} of namespace {route.namespace} refer to"
            f" {ref.kind.kind} {ref.full_name} {ABSENT}: {backend.harm}.",
            fix=f"Create a ReferenceGrant in namespace {ref.namespace}, from {route.id.kind} of namespace"
            f" {route.namespace} to {ref.kind.kind}.",
            absent=missing_grant(ref.namespace, ref.name),
        )
