"""A route attaches to a Gateway of which no listener takes routes of its kind or namespace.

Why: a listener says itself which routes it takes, by default only those of the Gateway's own namespace and of its own
protocol. The controller refuses the route (`NotAllowedByListeners`), and requests for its hosts get a 404.

Example:
    kind: Gateway
    metadata: {name: public, namespace: gateways}
    spec:
      listeners:
      - {name: http, port: 80, protocol: HTTP}   # takes routes of namespace gateways alone

Fix: let the listener take the namespace, with `allowedRoutes.namespaces.from: All` or a selector, or the kind, with
`allowedRoutes.kinds`; or attach the route to another listener.

Silent when: one of the listeners asked for takes both; or a selector needs labels of a namespace that was not read. To
a waypoint (protocol HBONE) no route attaches: name the Service as the parent.
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
)
from meshctl.analysis.api.gatewayapi import (
    Attachment,
    KubernetesListener,
    ListenerOwner,
    Outcome,
    route_attachments,
    takes_kind,
    takes_namespace,
)


@analyzer(
    "GWA203",
    "route-not-allowed-by-listener",
    Severity.ERROR,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for attachment in route_attachments(mesh).with_outcome(Outcome.NOT_ALLOWED):
        owner = attachment.parent
        if isinstance(owner, ListenerOwner):
            why = "; ".join(_why(mesh, attachment, owner, one) for one in attachment.listeners[:MOST])
            more = len(attachment.listeners) - MOST
            yield Claim(
                attachment.route,
                (*attachment.ref.path, "name"),
                f"{attachment.ref} does not take this {attachment.route.id.kind}:"
                f" {why}{f'; and {more} more do not' if more > 0 else ''}.",
                fix=_fix(mesh, attachment, owner),
            )


def _why(mesh: MeshGraph, attachment: Attachment, owner: ListenerOwner, listener: KubernetesListener) -> str:
    kind, namespace = attachment.route.id.kind_key, attachment.route.namespace
    if not takes_kind(owner, listener, kind):
        because = "by its allowedRoutes" if listener.stated_kinds else f"with protocol {listener.protocol}"
        return f"listener {listener.where} takes no {kind.kind} {because}"
    if listener.origin == "Same":
        return f"listener {listener.where} takes routes of namespace {owner.namespace} only"
    return f"listener {listener.where} selects namespaces, and the labels of {namespace} do not fit"


def _fix(mesh: MeshGraph, attachment: Attachment, owner: ListenerOwner) -> str:
    kind, namespace = attachment.route.id.kind_key, attachment.route.namespace
    if any(listener.protocol == "HBONE" for listener in attachment.listeners[:MOST]):
        return "Name the Service as the parent, with kind Service and group '': the waypoint serves it."
    for listener in attachment.listeners[:MOST]:
        if takes_kind(owner, listener, kind) and not takes_namespace(mesh, owner, listener, namespace):
            return f"Let the allowedRoutes of listener {listener.where} take namespace {namespace}."
    return f"Attach to a listener for {kind.kind}, or change the protocol or allowedRoutes of one."
