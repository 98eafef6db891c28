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

from meshctl.analysis.api import Also, Claim, KubernetesGateway, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ListenerSet, parent_gateway, takes_listeners


@analyzer("GWA203", "listener-set-not-allowed", Severity.ERROR, reads=(ListenerSet, KubernetesGateway, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for listeners in mesh.all(ListenerSet):
        gateway = mesh.get(KubernetesGateway, *parent_gateway(listeners))
        if gateway is None or takes_listeners(mesh, gateway, listeners.namespace):
            continue
        yield Claim(
            listeners,
            ("spec", "parentRef", "name"),
            f"Gateway {gateway.full_name} takes no listeners of namespace {listeners.namespace}: nobody opens these.",
            fix=f"Let its allowedListeners take namespace {listeners.namespace}.",
            related=(Also(gateway, ("spec", "allowedListeners"), "says whose listeners it takes"),),
        )
