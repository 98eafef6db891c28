"""The MeshConfig is not the same in clusters that should be equal.

Why: what holds for every proxy (outbound traffic, access logs, mutual TLS, tracing) then depends on the cluster that
a pod runs in, and what was tested in one cluster says nothing about the other.

Example:
    # in 19 of 20 clusters with env=prod
    outboundTrafficPolicy:
      mode: REGISTRY_ONLY
    ---
    # in eu-3
    outboundTrafficPolicy:
      mode: ALLOW_ANY

Fix: install every control plane of the group with the same values.

Silent when: only names of cluster and network differ, or a cluster says what is the default anyway. Also where
nothing says that the clusters should be equal (labels and `equalBy` in the section `fleet` of the configuration, or
--equal-by), or the kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import differing


@analyzer("MSH508", "mesh-config-differs-between-clusters", Severity.WARNING, reads=(ConfigMap,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from differing(mesh, ConfigMap, fix="Install the control plane with the `meshConfig` of the other clusters.")
