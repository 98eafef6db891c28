"""A policy about who may reach what is not the same in clusters that should be equal.

Why: an AuthorizationPolicy, PeerAuthentication or RequestAuthentication that is weaker in one cluster leaves open
there what is closed everywhere else; one that is stricter refuses requests only there.

Example:
    # in 19 of 20 clusters with env=prod
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: STRICT}}
    ---
    # in eu-3
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: PERMISSIVE}}

Fix: apply the same policy everywhere; where the difference is meant, suppress the finding on this policy.

Silent when: nothing says that the clusters should be equal (labels and `equalBy` in the section `fleet` of the
configuration, or --equal-by), or the kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import POLICIES, differing


@analyzer("MSH509", "security-policy-differs-between-clusters", Severity.WARNING, reads=POLICIES)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from differing(mesh, *POLICIES, fix="Apply the policy of the others here, or the one from here there.")
