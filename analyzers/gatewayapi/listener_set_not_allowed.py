"""A ListenerSet adds listeners to a Gateway that takes none from its namespace.

Why: a Gateway takes no listeners of others unless it says so. The controller refuses the set (`NotAllowed`): no proxy
opens its listeners, and the routes that attach to them serve nobody.

Example:
    kind: Gateway
    metadata: {name: public, namespace: gateways}
    spec:
      gatewayClassName: istio   # and no allowedListeners
      listeners: [{name: http, port: 80, protocol: HTTP}]

Fix: let the Gateway take them, with `allowedListeners.namespaces.from: Same`, `All` or a selector.

Silent when: it takes the namespace, or the labels that a selector needs were not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    KubernetesGateway,
    ListenerSet,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    mapping,
    selects_namespace,
    text,
)


@analyzer("GWA203", "listener-set-not-allowed", Severity.ERROR, reads=(ListenerSet, KubernetesGateway, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for listeners in mesh.all(ListenerSet):
        gateway = mesh.get(KubernetesGateway, *listeners.gateway)
        if gateway is None or _takes(mesh, gateway, listeners.namespace):
            continue
        yield Claim(
            listeners,
            ("spec", "parentRef", "name"),
            f"Gateway {gateway.full_name} takes no listeners of namespace {listeners.namespace}: nobody opens these.",
            fix=f"Let its allowedListeners take namespace {listeners.namespace}.",
            related=(Also(gateway, ("spec", "allowedListeners"), "says whose listeners it takes"),),
        )


def _takes(mesh: MeshGraph, gateway: KubernetesGateway, namespace: str) -> bool:
    allowed = mapping(mapping(gateway.spec.get("allowedListeners")).get("namespaces"))
    origin = text(allowed.get("from")) or "None"
    if origin == "Selector":
        return selects_namespace(mesh, mapping(allowed.get("selector")), namespace)
    return origin == "All" or (origin == "Same" and namespace == gateway.namespace)
