"""A route has one destination, with a weight that is not the whole.

Why: weights are shares of what the destinations of one route have together. A single one gets everything, whatever its
weight says: a canary that was to get a tenth of the requests gets them all, or its counterpart was forgotten.

Example:
    http:
    - route:
      - destination: {host: reviews, subset: v2}
        weight: 10

Fix: add the destination for the rest, or remove the weight.

Silent when: there are several destinations, or the weight is 0 or 100 and more.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Severity,
    VirtualService,
    analyzer,
    integer,
    listed,
    mapping,
    numbered,
)


@analyzer("KIA1104", "virtualservice-weight-of-single-destination", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for vs in mesh.all(VirtualService):
        for protocol in ("http", "tls", "tcp"):
            for i, route in numbered(vs.spec.get(protocol)):
                destinations = listed(route.get("route"))
                weight = integer(mapping(destinations[0]).get("weight")) if len(destinations) == 1 else None
                if weight is not None and 0 < weight < 100:
                    yield Claim(
                        vs,
                        ("spec", protocol, i, "route", 0, "weight"),
                        f"This is the only destination of the route: it gets all requests, not {weight} %.",
                        fix="Add the destination for the rest, or remove the weight.",
                    )
