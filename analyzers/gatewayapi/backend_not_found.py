"""A route sends requests to a Service that does not exist.

Why: a rule that leads to nothing answers its share of the requests with a 500 (connections, for routes of TCP and
TLS, are refused), and copies for a mirror are lost. The controller reports `BackendNotFound`, and serves the other
rules.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - backendRefs:
        - {name: reviewz, port: 8080}   # there is a Service `reviews`

Fix: write the name of the Service alone, without namespace or domain, and its `namespace` where that is another one
than the route's. Filters that mirror requests, or ask whether they may pass, name backends too.

Silent when: the Service exists; or the backend is of another kind, other than Istio's `Hostname`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    GatewayRoute,
    MeshGraph,
    Missing,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    hosts,
    service_names,
)
from meshctl.analysis.api.gatewayapi import Backend, ReferenceGrant, route_backends


@analyzer(
    "GWA301",
    "route-backend-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        if backend.missing:
            yield Claim(
                backend.route,
                (*backend.ref.path, "name"),
                f"{backend.ref.kind.kind} {backend.missing.name} {ABSENT}: {backend.harm}.",
                fix=_fix(mesh, backend, backend.missing),
                absent=backend.missing,
            )


def _fix(mesh: MeshGraph, backend: Backend, missing: Missing) -> str:
    ref = backend.ref
    if ref.kind.kind == "Hostname":
        near = hosts(mesh).nearest(ref.name, ref.namespace)
        return f"Did you mean {near}?" if near else "Create a ServiceEntry for the host."
    name, dot, _ = ref.name.partition(".")
    if dot:
        return f"Write the name of the Service alone: {name}, and its namespace beside it."
    meant = service_names(mesh).meant(ref.full_name, backend.route.namespace)
    return meant or f"Create Service {missing.name}, or name one that exists."
