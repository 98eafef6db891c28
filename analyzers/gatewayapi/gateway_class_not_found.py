"""A Gateway is of a class that does not exist.

Why: no controller feels responsible for it. Nobody deploys or configures a proxy for it, it never gets an address, and
the routes that attach to it serve nobody.

Example:
    kind: Gateway
    spec:
      gatewayClassName: itsio   # istio

Fix: write the name of a GatewayClass: `kubectl get gatewayclass` lists them.

Silent when: the GatewayClass exists; or, in files, it is one that Istio or Consul makes itself.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, KubernetesGateway, MeshGraph, Missing, Names, Severity, analyzer
from meshctl.analysis.api.gatewayapi import MADE_BY_CONTROLLERS, GatewayClass


@analyzer(
    "GWA101",
    "gateway-class-not-found",
    Severity.ERROR,
    reads=(KubernetesGateway, GatewayClass),
    absent=(GatewayClass,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = {found.name for found in mesh.all(GatewayClass)} | (
        MADE_BY_CONTROLLERS if mesh.coverage.inferred else frozenset()
    )
    names: Names | None = None
    for gateway in mesh.all(KubernetesGateway):
        name = gateway.class_name
        if not name or name in known:
            continue
        names = names or Names(known | MADE_BY_CONTROLLERS)
        near = names.nearest(name)
        yield Claim(
            gateway,
            ("spec", "gatewayClassName"),
            f"GatewayClass {name} {ABSENT}: nobody serves this Gateway.",
            fix=f"Did you mean {near}?" if near else "Name a GatewayClass of the cluster.",
            absent=Missing("gatewayclass", name, GatewayClass.KINDS),
        )
