"""A revision of the control plane is not in every cluster of those that should be equal.

Why: namespaces that ask for this revision get no proxies where it is missing; where it is left behind, it costs
memory and serves proxies that nobody upgrades. While an upgrade goes from cluster to cluster that is right, so this
is a hint.

Example:
    # in 19 of 20 clusters with env=prod, and not in eu-3
    kind: Deployment
    metadata: {name: istiod-1-28, namespace: istio-system, labels: {app: istiod, istio.io/rev: 1-28}}

Fix: install the revision where it is missing; remove it where no namespace asks for it any more.

Silent when: nothing says that the clusters should be equal (labels and `equalBy` in the section `fleet` of the
configuration, or --equal-by), or the kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Deployment, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import not_everywhere


@analyzer("MSH517", "revision-not-in-every-cluster", Severity.INFO, reads=(Deployment,), absent=(Deployment,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from not_everywhere(
        mesh,
        Deployment,
        bring="Install the revision here as in the other clusters.",
        spread="Install it in the other clusters, or remove it here.",
    )
