"""The routes of a Service leave some of its requests without a rule.

Why: as soon as a route is attached to a Service, requests that none of its rules takes get a 404. They worked before,
and whoever adds a rule for one path does not expect the others to stop.

Example:
    kind: HTTPRoute
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews}]
      rules:
      - matches: [{path: {value: /v2}}]
        backendRefs: [{name: reviews-v2, port: 80}]

Fix: add a rule without matches that leads to the Service itself.

Silent when: a rule of any of the routes takes every request: one without matches, or with the prefix `/` alone.
Routes of other namespaces count for the clients there alone, and are looked at by themselves.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, unmatched_requests


@analyzer(
    "GWA605",
    "service-requests-without-rule",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for unmatched in unmatched_requests(mesh):
        first = unmatched.routes[0]
        port = f" on port {unmatched.port}" if unmatched.port else ""
        whose = f" from namespace {first.clients}" if first.clients else ""
        harm = "fail as UNIMPLEMENTED" if first.route.id.kind == "GRPCRoute" else "get a 404"
        yield Claim(
            first.route,
            ("spec", "rules"),
            f"Requests to Service {first.service.full_name}{port}{whose} that none of the rules takes {harm}.",
            fix="Add a rule without matches that leads to the Service itself.",
            related=tuple(
                Also(one.route, ("spec", "rules"), "is for the same requests") for one in unmatched.routes[1:MOST]
            ),
            key=(first.service.full_name, str(unmatched.port)),
        )
