"""A route attaches to a Server of Linkerd that is not there.

Why: Linkerd does not accept such a route. What was to be let in by a policy for the route is not, and nothing says so
but the status of the route.

Example:
    kind: HTTPRoute
    spec:
      parentRefs:
      - {group: policy.linkerd.io, kind: Server, name: web-htpp}   # there is web-http

Fix: correct the name; the Server has to be in the namespace of the route.

Silent when: the Server is there, or the parent is something else.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Severity, analyzer
from meshctl.analysis.api.linkerd import SERVER, GatewayRoute, LinkerdServer


@analyzer(
    "LKD318",
    "linkerd-route-server-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, LinkerdServer),
    absent=(LinkerdServer,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names: Names | None = None
    for route in mesh.all(GatewayRoute):
        for parent in route.parents:
            if parent.kind != SERVER or mesh.get(LinkerdServer, parent.namespace, parent.name):
                continue
            names = names or Names(server.full_name for server in mesh.all(LinkerdServer))
            near = names.nearest(parent.full_name)
            yield Claim(
                route,
                (*parent.path, "name"),
                f"Server {parent.full_name} {ABSENT}, so Linkerd does not accept this route for it.",
                fix=f"Did you mean {near}?" if near else "Name a Server of this namespace.",
                absent=Missing("Server", parent.full_name, LinkerdServer.KINDS, parent.namespace),
            )
