"""A VirtualService is bound to a Gateway that does not exist.

Why: no gateway takes up its routes, so requests from outside get a 404.

Example:
    kind: VirtualService
    spec:
      hosts: [shop.example.com]
      gateways: [public]     # the Gateway is istio-system/public

Fix: write the Gateway's namespace in front of its name, unless both are in one namespace.

Silent when: the entry is `mesh`; the Gateway is one of the Gateway API.
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
    virtualservice_gateways,
)


@analyzer(
    "IST0101",
    "virtualservice-gateway-not-found",
    Severity.ERROR,
    reads=(VirtualService, Gateway, KubernetesGateway),
    absent=(Gateway, KubernetesGateway),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for edge, missing in virtualservice_gateways(mesh).missing:
        yield Claim(
            edge.source,
            edge.path,
            f"Gateway {missing.name} {ABSENT}: requests from outside do not reach the routes of this VirtualService.",
            fix=gateway_names(mesh).meant(missing.name, edge.source.namespace)
            or f"Create the Gateway {missing.name}, or name one that exists.",
            absent=missing,
        )
