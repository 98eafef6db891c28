"""The time for one try at a backend is longer than that for the whole request.

Why: `timeouts.backendRequest` is a part of `timeouts.request`. The definitions of the Gateway API refuse the whole
route, and a pipeline that applies it stops there.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - timeouts: {request: 5s, backendRequest: 10s}

Fix: make `request` at least as long, or leave one of them out.

Silent when: either is left out, is 0 (without limit), or cannot be read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, GatewayRoute, MeshGraph, Severity, analyzer, mapping, milliseconds, text


@analyzer("GWA309", "backend-timeout-exceeds-request", Severity.ERROR, reads=(GatewayRoute,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route in mesh.all(GatewayRoute):
        for rule in route.rules:
            timeouts = mapping(rule.fields.get("timeouts"))
            whole, one = (milliseconds(text(timeouts.get(field))) for field in ("request", "backendRequest"))
            if whole and one and one > whole:
                yield Claim(
                    route,
                    (*rule.path, "timeouts", "backendRequest"),
                    f"One try may take {timeouts['backendRequest']}, and the whole request only {timeouts['request']}:"
                    " the API server refuses the route.",
                    fix="Make request at least as long as backendRequest.",
                )
