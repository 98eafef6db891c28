"""A backend of a route is of a kind that cannot be one.

Why: what is no Service, and nothing that the controller knows instead, gets no requests. The controller reports
`InvalidKind`, and its share of the requests is answered with a 500.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - backendRefs:
        - {group: apps, kind: Deployment, name: reviews, port: 8080}

Fix: name the Service in front of it.

Silent when: the kind is `Service`, or one of those that Istio (`Hostname`, `InferencePool`), the multi-cluster API
(`ServiceImport`) or other controllers have, unless all Gateways of the route are Istio's.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, GatewayRoute, MeshGraph, Namespace, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.gatewayapi import (
    ListenerOwner,
    ReferenceGrant,
    never_backends,
    only_on_istio,
    route_backends,
    takes_as_backend,
)


@analyzer(
    "GWA307",
    "route-backend-kind-invalid",
    Severity.ERROR,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant, ListenerOwner, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        kind = backend.ref.kind
        if takes_as_backend(kind) or not (never_backends(kind) or backend.route.id in only_on_istio(mesh)):
            continue
        named = f"{kind.kind} of {kind.group or 'the core group'}"
        yield Claim(
            backend.route,
            (*backend.ref.path, "kind"),
            f"A {named} cannot be the backend of a route: {backend.harm}.",
            fix="Name a Service; its group is empty, and its kind can be left out.",
        )
