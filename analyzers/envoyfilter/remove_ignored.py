"""A patch of an EnvoyFilter wants to REMOVE a route, which Istio does not do.

Why: by the definition of EnvoyFilter, REMOVE is ignored for ROUTE_CONFIGURATION and HTTP_ROUTE, without a word.

Example:
    kind: EnvoyFilter
    spec:
      configPatches:
      - applyTo: HTTP_ROUTE
        patch: {operation: REMOVE}

Fix: take the route out of the VirtualService that makes it, or REMOVE the whole VIRTUAL_HOST.

Silent when: applyTo is anything else.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, EnvoyFilter, MeshGraph, Severity, analyzer, ignored_on_routes


@analyzer("IST0154", "envoyfilter-remove-ignored", Severity.ERROR, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for source in mesh.all(EnvoyFilter):
        for patch in source.patches:
            if ignored_on_routes(patch, "REMOVE"):
                yield Claim(
                    source,
                    patch.path,
                    f"REMOVE is ignored for {patch.apply_to}, so the patch has no effect.",
                    fix="Take the route out of the VirtualService that makes it, or REMOVE the VIRTUAL_HOST.",
                )
