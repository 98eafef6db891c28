"""An EnvoyFilter has a patch that istiod refuses.

Why: the patch is left out, so a filter, limit or header that somebody counts on is not there.

Example:
    configPatches:
    - applyTo: CLUSTER
      match:
        listener: {portNumber: 8080}   # clusters are matched by cluster
      patch: {operation: MERGE, value: {connect_timeout: 1s}}

Fix: match by what applyTo names, and give each patch an operation and a value.

Silent when: the value is no configuration of Envoy for another reason than a part without "@type": only Envoy's own
definitions could tell.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, EnvoyFilter, MeshGraph, Severity, analyzer, refused


@analyzer("IST0106", "envoyfilter-invalid", Severity.ERROR, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, EnvoyFilter)
