"""No controller has reported on a parent of a route.

Why: the parent exists and takes the route, and nobody has said so: its controller is not running, does not know this
kind of route, or may not write its status. The route probably has no effect.

Example:
    kind: HTTPRoute
    metadata: {creationTimestamp: "2030-01-01T00:00:00Z"}
    spec:
      parentRefs: [{name: public}]
    status: {parents: []}

Fix: find out which controller serves the Gateway's class (for a Service: which mesh), whether it runs, and whether it
supports the kind of the route.

Silent when: the status has an entry for the parent; the route is younger than a minute, or was read from a file without
status; or the route does not attach to the parent, which has a finding of its own.
"""

from collections.abc import Iterator
from itertools import groupby

from meshctl.analysis.api import Claim, GatewayRoute, MeshGraph, Namespace, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.gatewayapi import (
    ListenerOwner,
    Outcome,
    claimed_parents,
    is_settled,
    parent_key,
    route_attachments,
)


@analyzer(
    "GWA503",
    "route-parent-unclaimed",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    attached = route_attachments(mesh).with_outcome(Outcome.ATTACHED)
    for route, parents in groupby(attached, key=lambda attachment: attachment.route):
        if not is_settled(mesh, route):
            continue
        claimed = claimed_parents(route)
        for parent in parents:
            if parent_key(parent.ref) not in claimed:
                yield Claim(
                    route,
                    (*parent.ref.path, "name"),
                    f"No controller has reported on the parent {parent.ref}: the route probably has no effect there.",
                    fix="Find out which controller serves the parent, and whether it runs and supports the kind.",
                )
