"""The match of a route names a Gateway that does not exist.

Why: the match can never hold, so its requests fall through to a later route, or get a 404.

Example:
    http:
    - match:
      - gateways: [publik]     # the Gateway is called public

Fix: name one of the Gateways that the VirtualService itself is bound to, or `mesh`.

Silent when: `spec.gateways` names the same Gateway, where it is reported.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    Gateway,
    KubernetesGateway,
    MeshGraph,
    Severity,
    VirtualService,
    analyzer,
    gateway_names,
    match_gateways,
    virtualservice_gateways,
)


@analyzer(
    "MSH412",
    "virtualservice-match-gateway-not-found",
    Severity.ERROR,
    reads=(VirtualService, Gateway, KubernetesGateway),
    absent=(Gateway, KubernetesGateway),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    reported = {(edge.source.id, missing.name) for edge, missing in virtualservice_gateways(mesh).missing}
    for edge, missing in match_gateways(mesh).missing:
        if (edge.source.id, missing.name) not in reported:
            yield Claim(
                edge.source,
                edge.path,
                f"Gateway {missing.name} {ABSENT}, so this match never holds: its requests fall through to a later"
                " route or get a 404.",
                fix=gateway_names(mesh).meant(missing.name, edge.source.namespace)
                or "Name one of the Gateways that the VirtualService is bound to, or mesh.",
                absent=missing,
            )
