"""A route attaches to a listener, by name or port, that its Gateway does not have.

Why: the parent exists, but nothing of it is meant. The controller refuses the route (`NoMatchingParent`), and requests
for its hosts get a 404.

Example:
    kind: HTTPRoute
    spec:
      parentRefs:
      - {name: public, sectionName: https}   # the listeners are called web and web-tls

Fix: write the `name` of a listener as `sectionName`, or its number as `port`, or leave both out for all of them. Where
both are given, one listener must have both.

Silent when: a listener has the name and the port; or the Gateway itself is not known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
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
from meshctl.analysis.api.gatewayapi import Attachment, ListenerOwner, Outcome, route_attachments


@analyzer(
    "GWA202",
    "route-listener-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for attachment in route_attachments(mesh).with_outcome(Outcome.NO_SECTION):
        if not isinstance(attachment.parent, ListenerOwner):
            continue
        ref = attachment.ref
        yield Claim(
            attachment.route,
            (*ref.path, "sectionName" if ref.section else "port"),
            f"{ref} has no listener {_asked(attachment)}: the route attaches to nothing there.",
            fix=_fix(attachment, attachment.parent),
        )


def _asked(attachment: Attachment) -> str:
    section, port = attachment.ref.section, attachment.ref.port
    on_port = f"on port {port}" if port is not None else ""
    return f"{section} {on_port}".strip()


def _fix(attachment: Attachment, owner: ListenerOwner) -> str:
    if attachment.nearest:
        return f"Did you mean {attachment.nearest}?"
    shown = (f"{listener.where} on port {listener.port}" for listener in owner.listeners[:MOST])
    return f"Name one of its listeners: {enumerated(shown, len(owner.listeners))}."
