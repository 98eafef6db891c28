"""A ServiceResolver is for a service that has no instances, and sends nobody elsewhere.

Why: the name of a ServiceResolver is that of the service. One with subsets or failover for a name that nobody has is
never asked; its name is probably wrong.

Example:
    kind: ServiceResolver
    metadata: {name: paymnets}   # payments
    spec:
      subsets: {v1: {filter: Service.Meta.version == v1}}

Fix: give it the name that the service has in Consul.

Silent when: it redirects, which makes a name of its own; or ServiceDefaults of the name say that the service is known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import DECLARING, SEEN, ServiceResolver, catalog, protocols


@analyzer("CSL202", "consul-resolver-without-service", Severity.WARNING, reads=SEEN, absent=DECLARING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for resolver in mesh.all(ServiceResolver):
        own = names.own(resolver)
        if resolver.redirect or names.has_instances(own) or own in protocols(mesh).defaults:
            continue
        near = names.nearest(own)
        yield Claim(
            resolver,
            ("metadata", "name"),
            f"Service {own} of Consul {ABSENT}: this ServiceResolver is for nobody.",
            fix=f"Did you mean {near}?" if near else "Give it the name that the service has in Consul.",
            absent=names.missing(own),
        )
