"""A route sends requests to a Service in a namespace that istiod does not look into.

Why: with `discoverySelectors` in MeshConfig, Services of namespaces that none of them matches do not exist for istiod.
The proxies have no cluster for the host, so requests that take this route get a 503.

Example:
    # MeshConfig: discoverySelectors: [{matchLabels: {mesh: "yes"}}]; the Namespace `legacy` has no such label
    kind: VirtualService
    spec:
      hosts: [shop.example.com]
      http:
      - route:
        - destination: {host: billing.legacy.svc.cluster.local}

Fix: give the namespace of the Service the labels that a selector asks for, or add a ServiceEntry for its host.

Silent when: the labels of the namespace or MeshConfig are not known; the VirtualService itself is in such a namespace;
something else that istiod sees answers for the host too.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    routes,
    undiscovered,
)


@analyzer(
    "MSH411",
    "virtualservice-destination-outside-discovery",
    Severity.ERROR,
    reads=(VirtualService, Service, ServiceEntry, Namespace, ConfigMap),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    unseen = undiscovered(mesh)
    if not unseen:
        return
    for route in routes(mesh):
        if route.entry is None or route.source.namespace in unseen:
            continue
        if all(provider.namespace in unseen for provider in route.entry.providers):
            owner = min(route.entry.providers, key=lambda p: p.id)
            yield Claim(
                route.source,
                (*route.to.path, "host"),
                f"{owner.id} is in a namespace that no discovery selector of MeshConfig matches: istiod does not see"
                " it, and requests that take this route get a 503.",
                fix=f"Give the namespace {owner.namespace} the labels that a selector asks for.",
            )
