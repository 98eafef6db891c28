"""No route attaches to a listener.

Why: the port is open and the address costs money, and every request gets a 404. Often a route was meant to attach and
does not, or the listener is left over.

Example:
    kind: Gateway
    spec:
      listeners:
      - {name: http, port: 80, protocol: HTTP}   # no HTTPRoute names this Gateway

Fix: attach a route, or remove the listener.

Silent when: a route attaches; the Gateway is a waypoint or leads to other networks; or the namespaces that the routes
may be in were not read: then it says so.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    GatewayRoute,
    MeshGraph,
    Missing,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
)
from meshctl.analysis.api.gatewayapi import WITHOUT_ROUTES, KubernetesListener, ListenerOwner, reached_listeners


@analyzer(
    "GWA106",
    "listener-without-routes",
    Severity.INFO,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
    absent=(GatewayRoute,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    reached = reached_listeners(mesh)
    for owner in mesh.all(ListenerOwner):
        if owner.class_name in WITHOUT_ROUTES:
            continue
        for listener in owner.listeners:
            if listener not in reached and listener.protocol != "HBONE":
                yield _claim(owner, listener)


def _claim(owner: ListenerOwner, listener: KubernetesListener) -> Claim:
    place = owner.namespace if listener.origin == "Same" else ""
    return Claim(
        owner,
        listener.path,
        f"A route that attaches to listener {listener.where} {ABSENT}.",
        fix="Attach a route, or remove the listener.",
        absent=Missing("route", f"{owner.full_name}/{listener.name}", GatewayRoute.KINDS, place),
    )
