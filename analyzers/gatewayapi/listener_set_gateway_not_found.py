"""A ListenerSet adds its listeners to a Gateway that does not exist.

Why: no proxy opens the listeners, and every route that attaches to them serves nobody.

Example:
    kind: ListenerSet
    metadata: {name: shop, namespace: shop}
    spec:
      parentRef: {name: public}   # the Gateway is in namespace gateways

Fix: write the name and the namespace of the Gateway.

Silent when: the Gateway exists.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    KubernetesGateway,
    MeshGraph,
    Missing,
    Severity,
    analyzer,
    kubernetes_gateway_names,
)
from meshctl.analysis.api.gatewayapi import ListenerSet, parent_gateway


@analyzer(
    "GWA201",
    "listener-set-gateway-not-found",
    Severity.ERROR,
    reads=(ListenerSet, KubernetesGateway),
    absent=(KubernetesGateway,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for listeners in mesh.all(ListenerSet):
        namespace, name = parent_gateway(listeners)
        if name and mesh.get(KubernetesGateway, namespace, name) is None:
            meant = kubernetes_gateway_names(mesh).meant(f"{namespace}/{name}", listeners.namespace)
            yield Claim(
                listeners,
                ("spec", "parentRef", "name"),
                f"Gateway {namespace}/{name} {ABSENT}: nobody opens these listeners.",
                fix=meant or "Name a Gateway that exists, with its namespace.",
                absent=Missing("Gateway", f"{namespace}/{name}", KubernetesGateway.KINDS, namespace),
            )
