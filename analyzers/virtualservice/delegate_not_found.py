"""A route delegates to a VirtualService that does not exist.

Why: Istio drops the route, so its requests fall through to a later one, or get a 404.

Example:
    http:
    - match: [{uri: {prefix: /cart}}]
      delegate: {name: cart, namespace: shop}     # there is no VirtualService shop/cart

Fix: name an existing VirtualService without hosts; without `namespace` it is looked for beside the delegating one.

Silent when: the VirtualService exists.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, VirtualService, analyzer, delegate_names, delegates


@analyzer(
    "MSH410",
    "virtualservice-delegate-not-found",
    Severity.ERROR,
    reads=(VirtualService,),
    absent=(VirtualService,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for edge, missing in delegates(mesh).missing:
        yield Claim(
            edge.source,
            edge.path,
            f"The delegate {missing.name} {ABSENT}: Istio drops the route, and its requests fall through to a later one"
            " or get a 404.",
            fix=delegate_names(mesh).meant(missing.name, edge.source.namespace)
            or f"Create the VirtualService {missing.name} without hosts, or name one that exists.",
            absent=missing,
        )
