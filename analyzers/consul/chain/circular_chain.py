"""Splitters or redirects of Consul lead back to where they began.

Why: Consul refuses the entry that closes the circle, since no request would ever get to an instance.

Example:
    kind: ServiceResolver
    metadata: {name: web}
    spec: {redirect: {service: web-new}}
    ---
    kind: ServiceResolver
    metadata: {name: web-new}
    spec: {redirect: {service: web}}

Fix: let one of them end at instances: remove its redirect, or split to a subset.

Silent when: a service splits to itself, which means its instances; or fails over to a service that fails over to it,
since a failover is followed one step.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer, enumerated
from meshctl.analysis.api.consul import SEEN, circles


@analyzer("CSL205", "consul-chain-circular", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for hops in circles(mesh):
        first, *others = hops
        services = list(dict.fromkeys(str(hop.source.id) for hop in hops))
        names = enumerated(services, len(services))
        yield Claim(
            first.source,
            first.path,
            f"This leads back to where it began ({names}): Consul refuses the entry that closes the circle.",
            fix="Let one of them end at instances.",
            related=tuple(Also(hop.source, hop.path, f"leads to {hop.to.service}") for hop in others[:10]),
        )
