"""An EnvoyFilter matches or puts in something by a name or type that Envoy does not know any more.

Why: old names are gone from newer proxies: the patch then matches nothing and is not applied. A filter of a type of API
version 2, or without typed_config, makes Envoy refuse the whole listener.

Example:
    configPatches:
    - applyTo: HTTP_FILTER
      match:
        listener:
          filterChain:
            filter:
              name: envoy.http_connection_manager
      patch: {operation: INSERT_BEFORE, value: {name: own}}

Fix: write the new name, which the finding gives; give a filter a typed_config with an "@type" of version 3.

Silent when: the name is one that it does not know; the filter is merged into one that is there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, EnvoyFilter, MeshGraph, Severity, advised_against, analyzer


@analyzer("IST0133", "envoyfilter-questionable", Severity.WARNING, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, EnvoyFilter)
