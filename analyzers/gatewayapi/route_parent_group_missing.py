"""A route names a Service to attach to without its group.

Why: the group of a parent is that of the route (`gateway.networking.k8s.io`; of Linkerd's own HTTPRoute
`policy.linkerd.io`) unless another one is written, also for `kind: Service`. There is no Service in that group: no
controller feels responsible, none writes a status, and the route never has any effect.

Example:
    kind: HTTPRoute
    spec:
      parentRefs:
      - {kind: Service, name: reviews}

Fix: write `group: ""` beside the kind.

Silent when: the group is `""` (or `core`, which some controllers take).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, GatewayRoute, MeshGraph, Namespace, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ListenerOwner, Outcome, route_attachments


@analyzer(
    "GWA205",
    "route-parent-group-missing",
    Severity.ERROR,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for attachment in route_attachments(mesh).with_outcome(Outcome.WITHOUT_GROUP):
        yield Claim(
            attachment.route,
            (*attachment.ref.path, "kind"),
            f"Without a group, Service {attachment.ref.full_name} is looked for in {attachment.ref.kind.group}, which"
            " has no Services: no controller takes the route, and it has no effect.",
            fix='Write group: "" beside kind: Service.',
        )
