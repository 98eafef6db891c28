"""A rule for traffic is not the same in clusters that should be equal.

Why: requests take another way in one cluster: another subset, timeout or host. While a change goes from cluster to
cluster that is right, so this is no more than a hint.

Example:
    # in 19 of 20 clusters with env=prod
    kind: VirtualService
    metadata: {name: web, namespace: shop}
    spec:
      http: [{timeout: 5s}]
    ---
    # in eu-3
    kind: VirtualService
    metadata: {name: web, namespace: shop}
    spec:
      http: [{timeout: 50s}]

Fix: bring the change to the other clusters, or take it back here.

Silent when: nothing says that the clusters should be equal (labels and `equalBy` in the section `fleet` of the
configuration, or --equal-by), or the kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import RULES, differing


@analyzer("MSH510", "traffic-rule-differs-between-clusters", Severity.INFO, reads=RULES)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from differing(mesh, *RULES, fix="Bring the change to the other clusters, or take it back here.")
