"""A route names a Gateway, ListenerSet or Service to attach to that does not exist.

Why: the route attaches to nothing there, so none of its rules is applied: requests for its hosts get a 404, or go where
they would without the route.

Example:
    kind: HTTPRoute
    metadata: {name: shop, namespace: shop}
    spec:
      parentRefs:
      - name: public   # the Gateway is in namespace gateways

Fix: write the name, and the `namespace` where it is another one than the route's own. Routes of the Gateway API attach
to Gateways of `gateway.networking.k8s.io`, not to those of Istio.

Silent when: the parent exists; or it is of a kind that is not known here, as those of other controllers.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    Gateway,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    kubernetes_gateway_names,
    service_names,
)
from meshctl.analysis.api.gatewayapi import Attachment, ListenerOwner, Outcome, route_attachments


@analyzer(
    "GWA201",
    "route-parent-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace, Gateway),
    absent=(ListenerOwner, Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for attachment in route_attachments(mesh).with_outcome(Outcome.NO_PARENT):
        yield Claim(
            attachment.route,
            (*attachment.ref.path, "name"),
            f"{attachment.ref} {ABSENT}: the route attaches to nothing there, and its rules are not applied.",
            fix=_fix(mesh, attachment),
            absent=attachment.missing,
        )


def _fix(mesh: MeshGraph, attachment: Attachment) -> str:
    ref, home = attachment.ref, attachment.route.namespace
    if ref.kind.kind == "Gateway":
        if mesh.get(Gateway, ref.namespace, ref.name):
            return "There is one of networking.istio.io, which is for VirtualServices: name one of the Gateway API."
        meant = kubernetes_gateway_names(mesh).meant(ref.full_name, home)
    else:
        meant = service_names(mesh).meant(ref.full_name, home) if ref.kind.kind == "Service" else None
    return meant or f"Create {ref}, or name one that exists, with its namespace."
