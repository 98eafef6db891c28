"""A policy about who may reach what is not in every cluster of those that should be equal.

Why: where the policy is missing, what it protects is open, or what it allows is refused. Nothing in that cluster
tells so: only the others do.

Example:
    # in 19 of 20 clusters with env=prod, and not in eu-3
    kind: AuthorizationPolicy
    metadata: {name: admin-only, namespace: shop}

Fix: apply the policy in the clusters that lack it; remove it where it was left behind.

Silent when: the whole namespace is not in the cluster: that is told instead. Also where nothing says that the
clusters should be equal (labels and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the
kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import POLICIES, not_everywhere


@analyzer("MSH511", "security-policy-not-in-every-cluster", Severity.WARNING, reads=POLICIES, absent=POLICIES)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from not_everywhere(
        mesh,
        *POLICIES,
        harm=": what it says does not hold here",
        bring="Apply it here as in the other clusters.",
        spread="Apply it in the other clusters, or remove it here.",
    )
