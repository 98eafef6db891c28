"""A Service is not in every cluster of those that should be equal.

Why: requests to it fail in the cluster without it, and no traffic can fail over to that cluster. Some services are
meant for one place, so this is a hint.

Example:
    # in 19 of 20 clusters with env=prod, and not in eu-3
    kind: Service
    metadata: {name: web, namespace: shop}

Fix: deploy it in the clusters that lack it; remove it where it was left behind.

Silent when: the whole namespace is not in the cluster: that is told instead. Also where nothing says that the
clusters should be equal (labels and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the
kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Service, Severity, analyzer
from meshctl.analysis.api.fleet import not_everywhere


@analyzer("MSH512", "service-not-in-every-cluster", Severity.INFO, reads=(Service,), absent=(Service,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from not_everywhere(
        mesh,
        Service,
        bring="Deploy it here as in the other clusters.",
        spread="Deploy it in the other clusters, or remove it here.",
    )
