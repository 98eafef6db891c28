"""A rule of a route has no backend that gets any requests.

Why: without backends, or where all of them have weight 0, every request that takes the rule is answered with a 500
(for gRPC `UNAVAILABLE`), and every connection of a TCPRoute or TLSRoute is refused.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - backendRefs:
        - {name: reviews-v1, port: 80, weight: 0}
        - {name: reviews-v2, port: 80, weight: 0}

Fix: give one of them a weight, or let a filter answer (`RequestRedirect`).

Silent when: a weight is above 0 (1 where it is left out), or a filter redirects requests or is an extension. Linkerd
sends requests of a rule without any backend to the parent itself: routes of its own kind, or for its Servers and
EgressNetworks, and those for Services where only Linkerd is in the input, may do without.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, GatewayRoute, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.gatewayapi import parents_answer

_HARM = {
    "HTTPRoute": "every request that takes it gets a 500",
    "GRPCRoute": "every request that takes it fails as UNAVAILABLE",
}


@analyzer("GWA306", "rule-without-backend", Severity.WARNING, reads=(GatewayRoute, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route in mesh.all(GatewayRoute):
        harm = _HARM.get(route.id.kind, "its connections are refused")
        for rule in route.rules:
            if rule.answers_itself or any(backend.weight > 0 for backend in rule.backends):
                continue
            weightless = bool(rule.backends)
            if not weightless and parents_answer(mesh, route):
                continue
            why = "All backends of the rule have weight 0" if weightless else "The rule has no backend"
            yield Claim(
                route,
                (*rule.path, "backendRefs") if weightless else rule.path,
                f"{why}: {harm}.",
                fix="Give one of them a weight above 0." if weightless else "Add a backend, or a redirect.",
            )
