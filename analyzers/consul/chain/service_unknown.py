"""A router, splitter or resolver of Consul names a service that nobody declares.

Why: Consul takes the entry, for a service need not be registered yet. As long as it has no instances, the requests that
are sent there fail with a 503.

Example:
    kind: ServiceRouter
    metadata: {name: web}
    spec:
      routes:
      - match: {http: {pathPrefix: /admin}}
        destination: {service: web-admn}   # web-admin

Fix: write the name that the service has in Consul: that of its Service of Kubernetes or of its annotation
connect-service.

Silent when: a Service, a pod, a Registration, or any of ServiceDefaults, ServiceResolver, ServiceRouter and
ServiceSplitter has the name; or the service is of a peer, another datacenter or partition. What is registered past
Kubernetes is not known here: `assumePresent` in the configuration says so.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import DECLARING, SEEN, catalog, named_services


@analyzer("CSL202", "consul-service-unknown", Severity.WARNING, reads=SEEN, absent=DECLARING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for named in named_services(mesh):
        if named.to is not None and not named.known:
            near = names.nearest(named.to)
            yield Claim(
                named.entry,
                (*named.reference.path, "service"),
                f"Service {named.to} of Consul {ABSENT}: requests that are sent there fail.",
                fix=f"Did you mean {near}?" if near else "Write the name that the service has in Consul.",
                absent=names.missing(named.to),
            )
