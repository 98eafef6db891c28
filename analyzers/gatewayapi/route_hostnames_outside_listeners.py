"""None of a route's hostnames is among those that the listeners of its Gateway take.

Why: a listener with a hostname takes requests for that host alone. Without a host in common the controller refuses
the route (`NoMatchingListenerHostname`), and requests for its hosts get a 404.

Example:
    kind: HTTPRoute
    spec:
      parentRefs: [{name: public}]   # its listener has hostname *.example.com
      hostnames: [shop.example.org]

Fix: write a host that fits, or give the Gateway a listener for it. `*.example.com` takes every host below
`example.com`, with any number of labels, but not `example.com` itself.

Silent when: a hostname fits in part (`*.example.com` and `shop.example.com`), either side has none, or no listener
takes the kind and namespace of the route at all.
"""

from collections.abc import Iterator

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
    "route-hostnames-outside-listeners",
    Severity.ERROR,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for attachment in route_attachments(mesh).with_outcome(Outcome.NO_HOST):
        taken = attachment.admitted.hostnames if attachment.admitted else ()
        own = attachment.hostnames
        yield Claim(
            attachment.route,
            ("spec", "hostnames", attachment.route.hostnames[0][0]),
            f"{attachment.ref} takes requests for {enumerated(taken, len(taken))} and not for"
            f" {enumerated(own, len(own))}: the route attaches to nothing there.",
            fix="Name hosts that a listener takes, or add a listener for them.",
            key=(str(attachment.ref), attachment.ref.section, str(attachment.ref.port)),
        )
