"""A route refers to an EgressNetwork of Linkerd in a way that cannot work.

Why: an EgressNetwork has no ports of its own, so a route has to say for which port it is: Linkerd's webhook refuses one
that does not. And it can be the backend only of a route that is attached to it: for requests that come in by another
way, Linkerd has nowhere to send them.

Example:
    kind: TLSRoute
    spec:
      parentRefs:
      - {group: policy.linkerd.io, kind: EgressNetwork, name: outside}   # no port

Fix: add the port, or attach the route to the EgressNetwork that is its backend.

Silent when: every parent of that kind has a port, and every backend of that kind is a parent too.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.linkerd import EGRESS_NETWORK, GatewayRoute


@analyzer("LKD319", "linkerd-egress-reference-unusable", Severity.ERROR, reads=(GatewayRoute,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route in mesh.all(GatewayRoute):
        parents = [parent for parent in route.parents if parent.kind == EGRESS_NETWORK]
        for parent in parents:
            if parent.port is None:
                yield Claim(
                    route,
                    parent.path,
                    f"The reference to {parent} names no port, so Linkerd does not accept the route.",
                    fix="Add the port of the requests that the route is for.",
                )
        attached = {(parent.namespace, parent.name) for parent in parents}
        for backend in route.backends:
            if backend.kind == EGRESS_NETWORK and (backend.namespace, backend.name) not in attached:
                yield Claim(
                    route,
                    (*backend.path, "name"),
                    f"The route is not attached to EgressNetwork {backend.full_name}, so Linkerd cannot send requests"
                    " there.",
                    fix="Attach the route to it, or name a Service as the backend.",
                )
