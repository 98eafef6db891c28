"""A rule for traffic is not in every cluster of those that should be equal.

Why: the same request takes another way in the cluster that lacks the rule. While a change goes from cluster to
cluster that is right, so this is a hint.

Example:
    # in 19 of 20 clusters with env=prod, and not in eu-3
    kind: DestinationRule
    metadata: {name: web, namespace: shop}

Fix: apply it in the clusters that lack it; remove it where it was left behind.

Silent when: the whole namespace is not in the cluster: that is told instead. Also where nothing says that the
clusters should be equal (labels and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the
kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import RULES, not_everywhere


@analyzer("MSH513", "traffic-rule-not-in-every-cluster", Severity.INFO, reads=RULES, absent=RULES)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from not_everywhere(
        mesh,
        *RULES,
        bring="Apply it here as in the other clusters.",
        spread="Apply it in the other clusters, or remove it here.",
    )
