"""A Service is not the same in clusters that should be equal.

Why: a port that has another name, protocol or target in one cluster is spoken to in another way there: a retry, a
timeout or a route for HTTP has no effect where the port is plain TCP, and requests that fail over to that cluster
fail.

Example:
    # in 19 of 20 clusters with env=prod
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      ports: [{name: http, port: 80}]
    ---
    # in eu-3
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      ports: [{name: tcp, port: 80}]

Fix: apply the same manifest everywhere; where the difference is meant, suppress the finding on this Service.

Silent when: only addresses, node ports or the order of the ports differ. Also where nothing says that the clusters
should be equal (labels and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the kind could
not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Service, Severity, analyzer
from meshctl.analysis.api.fleet import differing


@analyzer("MSH507", "service-differs-between-clusters", Severity.WARNING, reads=(Service,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from differing(mesh, Service, fix="Apply the manifest of the others here, or the one from here there.")
