"""A route delegates to a VirtualService that has hosts of its own.

Why: only a VirtualService without hosts is a delegate. Istio finds none of that name and drops the route, so its
requests fall through to a later one, or get a 404.

Example:
    kind: VirtualService
    metadata: {name: cart}     # another one has `delegate: {name: cart}`
    spec:
      hosts: [cart]

Fix: remove the hosts (and gateways) of the delegate, and keep a second VirtualService where it needs both.

Silent when: the delegate has no hosts, or is not known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Missing, Severity, VirtualService, analyzer, delegates


@analyzer("MSH401", "virtualservice-delegate-has-hosts", Severity.ERROR, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for edge in delegates(mesh).found:
        if isinstance(edge.target, Missing):
            continue
        target = mesh.get(VirtualService, edge.target.namespace, edge.target.name)
        if target is not None and target.hosts:
            yield Claim(
                edge.source,
                edge.path,
                f"VirtualService {target.full_name} has hosts of its own and is no delegate: Istio drops the route, and"
                " its requests fall through to a later one or get a 404.",
                fix=f"Remove the hosts of {target.full_name}, or delegate to a VirtualService without hosts.",
                related=(Also(target, ("spec", "hosts"), "the hosts of the delegate"),),
            )
