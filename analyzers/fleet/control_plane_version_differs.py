"""The control plane of a revision has another version than in clusters that should be equal.

Why: another version of istiod sends other configuration for the same resources, knows other fields, and has other
defects. A cluster that was left out of an upgrade also gets no security fixes.

Example:
    # in 19 of 20 clusters with env=prod
    kind: Deployment
    metadata: {name: istiod}
    spec:
      image: istio/pilot:1.28.1
    ---
    # in eu-3
    kind: Deployment
    metadata: {name: istiod}
    spec:
      image: istio/pilot:1.26.0

Fix: upgrade the control planes that stayed behind.

Silent when: only the registry of the image differs. Also where nothing says that the clusters should be equal (labels
and `equalBy` in the section `fleet` of the configuration, or --equal-by), or the kind could not be read in a cluster.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Deployment, MeshGraph, Severity, analyzer
from meshctl.analysis.api.fleet import differing


@analyzer("MSH516", "control-plane-version-differs-between-clusters", Severity.WARNING, reads=(Deployment,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from differing(mesh, Deployment, fix="Bring this control plane to the version of the others.")
