"""A route attaches to a Server or EgressNetwork of Linkerd that is not there.

Why: Linkerd does not accept such a route. What was to be let in by a policy for the route is not, and nothing says so
but the status of the route.

Example:
    kind: HTTPRoute
    spec:
      parentRefs:
      - {group: policy.linkerd.io, kind: Server, name: web-htpp}   # there is web-http

Fix: correct the name or the namespace.

Silent when: it is there, or the parent is of another kind.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Severity, View, analyzer
from meshctl.analysis.api.linkerd import EgressNetwork, GatewayRoute, LinkerdServer

_PARENTS: tuple[type[View], ...] = (LinkerdServer, EgressNetwork)


@analyzer(
    "LKD318",
    "linkerd-route-parent-not-found",
    Severity.ERROR,
    reads=(GatewayRoute, *_PARENTS),
    absent=_PARENTS,
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names: dict[type[View], Names] = {}
    for route in mesh.all(GatewayRoute):
        for parent in route.parents:
            kind = next((kind for kind in _PARENTS if parent.kind in kind.KINDS), None)
            if kind is None or mesh.get(kind, parent.namespace, parent.name):
                continue
            if kind not in names:
                names[kind] = Names(view.full_name for view in mesh.all(kind))
            near = names[kind].nearest(parent.full_name)
            yield Claim(
                route,
                (*parent.path, "name"),
                f"{parent} {ABSENT}, so Linkerd does not accept this route for it.",
                fix=f"Did you mean {near}?" if near else f"Name a {parent.kind.kind} that there is.",
                absent=Missing(parent.kind.kind, parent.full_name, kind.KINDS, parent.namespace),
            )
