"""One of a route's hostnames is taken by no listener that the route attaches to.

Why: the others are served, so the controller accepts the route and says nothing. Requests for this one never meet the
route: they get a 404, or are refused.

Example:
    kind: HTTPRoute
    spec:
      parentRefs: [{name: public}]   # its listener has hostname *.example.com
      hostnames: [shop.example.com, shop.example.org]

Fix: correct the hostname, or give a Gateway of the route a listener for it.

Silent when: a listener of any parent takes it; none of the hostnames is taken, which is an error of its own; or the
route has a parent that is not a Gateway, or not known.
"""

from collections.abc import Iterator
from itertools import groupby

from meshctl.analysis.api import (
    Claim,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    enumerated,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, Outcome, route_attachments


@analyzer(
    "GWA204",
    "route-hostname-ignored",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route, together in groupby(route_attachments(mesh).found, key=lambda attachment: attachment.route):
        parents = list(together)
        if not route.hostnames or any(parent.outcome is not Outcome.ATTACHED for parent in parents):
            continue
        admitted = [parent.admitted for parent in parents if parent.admitted]
        if len(admitted) < len(parents):
            continue
        for i, hostname in route.hostnames:
            if not any(listeners.any_for(hostname) for listeners in admitted):
                taken = sorted({name for listeners in admitted[:3] for name in listeners.hostnames[:3]})
                yield Claim(
                    route,
                    ("spec", "hostnames", i),
                    f"No listener of {enumerated((str(p.ref) for p in parents), len(parents))} takes requests for"
                    f" {hostname}, so they never meet this route.",
                    fix=f"The listeners take {', '.join(taken)}: correct the hostname, or add a listener for it.",
                )
