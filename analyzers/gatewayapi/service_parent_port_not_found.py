"""A route attaches to a port that the Service does not have.

Why: no request goes to that port, so the route has no effect. Some meshes refuse it (`NoMatchingParent`), others
accept it and never use it.

Example:
    kind: HTTPRoute
    spec:
      parentRefs:
      - {group: "", kind: Service, name: reviews, port: 8080}   # the Service has port 80, with targetPort 8080

Fix: write the port of the Service, not that of its pods; or leave it out for all ports.

Silent when: a port of the Service has the number, and the name that `sectionName` asks for; or the Service is not
known, which is GWA201.
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
    "GWA602",
    "route-service-parent-port-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for attachment in route_attachments(mesh).with_outcome(Outcome.NO_SECTION):
        service, ref = attachment.parent, attachment.ref
        if isinstance(service, Service):
            asked = " ".join(filter(None, (ref.section, str(ref.port or ""))))
            yield Claim(
                attachment.route,
                (*ref.path, "port" if ref.port is not None else "sectionName"),
                f"Service {service.full_name} has no port {asked}: the route has no effect there.",
                fix=_fix(attachment, service),
                # Istio takes no notice of the name and applies the route to all ports.
                severity=Severity.WARNING if ref.port is None else None,
            )


def _fix(attachment: Attachment, service: Service) -> str:
    if attachment.nearest:
        return f"Did you mean {attachment.nearest}?"
    shown = (f"{port.number} {port.name}".strip() for port in service.ports[:MOST])
    return f"It has {enumerated(shown, len(service.ports))}: write one of them, or leave the port out."
