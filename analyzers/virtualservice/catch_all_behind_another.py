"""Two VirtualServices each have a route for everything that a Gateway gets for one host; only one is used.

Why: istiod puts the routes of all VirtualServices for a host of a Gateway together, the older ones first, and routes
without conditions last. Of two such the younger one never gets a request.

Example:
    kind: VirtualService
    metadata: {name: shop}
    spec:
      hosts: [shop.example.com]
      gateways: [public]
      http: [{route: [{destination: {host: web}}]}]
    ---
    kind: VirtualService
    metadata: {name: shop-next}
    spec:
      hosts: [shop.example.com]
      gateways: [public]
      http: [{route: [{destination: {host: web-next}}]}]

Fix: give one of the routes a match, or make one VirtualService of the two.

Silent when: at most one of them has a route without conditions; or only delegates are behind them.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, others
from meshctl.analysis.api.samehosts import competing_catch_alls


@analyzer("KIA1106", "virtualservice-catch-all-behind-another", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in competing_catch_alls(mesh):
        places = dict(found.routes)
        for vs, path in found.routes:
            rivals, names = others(vs, tuple(places))
            yield Claim(
                vs,
                path,
                f"This route is for all requests for {found.host} at Gateway {found.gateway}, and so is one of {names}:"
                " only that of the oldest VirtualService gets any.",
                fix="Give one of the routes a match, or make one VirtualService of them.",
                related=tuple(Also(rival, places[rival], "a route for everything too") for rival in rivals),
                key=(found.gateway, found.host),
            )
