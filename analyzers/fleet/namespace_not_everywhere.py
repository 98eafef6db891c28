"""A namespace is not in every cluster of those that should be equal.

Why: everything in it is missing in that cluster: its services cannot be reached there, and no traffic can fail over
to it. Some namespaces are meant for one place, so this is a hint.

Example:
    # in 19 of 20 clusters with env=prod, and not in eu-3
    kind: Namespace
    metadata: {name: shop}

Fix: bring the namespace with all that is in it to the clusters that lack it; remove it where it was left behind.

Silent when: something in the namespace was read in the cluster. Also where nothing says that the clusters should be
equal (labels and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the kind could not be read
in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.fleet import not_everywhere


@analyzer("MSH514", "namespace-not-in-every-cluster", Severity.INFO, reads=(Namespace,), absent=(Namespace,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from not_everywhere(
        mesh,
        Namespace,
        bring="Bring it here with all that is in it.",
        spread="Bring it to the other clusters, or remove it here.",
    )
