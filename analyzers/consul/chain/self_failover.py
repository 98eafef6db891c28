"""A service fails over to itself.

Why: Consul leaves such a place out without a word. When all instances are down, there is nothing to fail over to.

Example:
    kind: ServiceResolver
    metadata: {name: web}
    spec:
      failover:
        "*": {service: web}   # in another datacenter?

Fix: name another service or subset, or add the datacenter, peer or partition where the other instances are.

Silent when: the place is another subset, datacenter, peer, partition or sameness group.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, ServiceResolver, catalog


@analyzer("CSL214", "consul-self-failover", Severity.WARNING, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for resolver in mesh.all(ServiceResolver):
        for subset, reference in resolver.failovers:
            same = names.key(resolver, reference) == names.own(resolver)
            # Without a subset, that which fails is kept.
            if same and reference.subset in ("", subset):
                yield Claim(
                    resolver,
                    reference.path,
                    f"{resolver.name} fails over to itself here: when it is down, there is nothing to fail over to.",
                    fix="Name another service or subset, or the datacenter or peer of the other instances.",
                )
