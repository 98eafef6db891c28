"""A namespace is in the mesh in another way than in clusters that should be equal.

Why: the labels of a namespace decide whether its pods get a proxy, and of which revision. Where one cluster says
something else, its pods are outside of the mesh, or stay with an old control plane.

Example:
    # in 19 of 20 clusters with env=prod
    kind: Namespace
    metadata:
      name: shop
      labels: {istio-injection: enabled}
    ---
    # in eu-3
    kind: Namespace
    metadata:
      name: shop
      labels: {istio-injection: disabled}

Fix: give the namespace the same labels everywhere, and restart its pods.

Silent when: labels and annotations differ that no mesh reads. Also where nothing says that the clusters should be
equal (labels and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the kind could not be read
in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.fleet import differing


@analyzer("MSH515", "namespace-labels-differ-between-clusters", Severity.WARNING, reads=(Namespace,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from differing(mesh, Namespace, fix="Give it the labels of the other clusters, then restart its pods.")
