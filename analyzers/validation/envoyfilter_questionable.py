"""An EnvoyFilter matches by something that Envoy has renamed or does not look at.

Why: old names are gone from newer proxies: the patch then matches nothing and is not applied.

Example:
    configPatches:
    - applyTo: HTTP_FILTER
      match:
        listener:
          filterChain:
            filter:
              name: envoy.http_connection_manager
      patch: {operation: INSERT_BEFORE, value: {name: own}}

Fix: write the new name, which the finding gives.

Silent when: the name is one that it does not know.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, EnvoyFilter, MeshGraph, Severity, advised_against, analyzer


@analyzer("IST0133", "envoyfilter-questionable", Severity.WARNING, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, EnvoyFilter)
