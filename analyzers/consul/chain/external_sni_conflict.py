"""A service outside the mesh has a ServiceResolver that redirects, fails over or makes subsets.

Why: `externalSNI` says that the service is one outside the mesh, for which Consul allows none of these. It refuses
whichever of the two comes second.

Example:
    kind: ServiceDefaults
    metadata: {name: mail}
    spec: {externalSNI: mail.example.com}
    ---
    kind: ServiceResolver
    metadata: {name: mail}
    spec: {failover: {"*": {service: mail-backup}}}

Fix: remove externalSNI, or what the ServiceResolver does.

Silent when: the ServiceResolver has timeouts and load balancing alone.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, chains, protocols


@analyzer("CSL209", "consul-external-sni-conflict", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for service, resolver in chains(mesh).resolvers.items():
        defaults = protocols(mesh).defaults.get(service)
        if defaults is None or not defaults.external_sni:
            continue
        for field in ("redirect", "subsets", "failover"):
            if resolver.spec.get(field):
                yield Claim(
                    resolver,
                    ("spec", field),
                    f"{service} has the externalSNI {defaults.external_sni}, with which Consul allows no {field}.",
                    fix=f"Remove externalSNI from its ServiceDefaults, or {field} here.",
                    related=(Also(defaults, ("spec", "externalSNI"), "makes it a service outside the mesh"),),
                    on_key=True,
                )
