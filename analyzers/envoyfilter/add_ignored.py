"""A patch of an EnvoyFilter wants to ADD a route, which Istio does not do.

Why: by the definition of EnvoyFilter, ADD is ignored for ROUTE_CONFIGURATION and HTTP_ROUTE, without a word.

Example:
    kind: EnvoyFilter
    spec:
      configPatches:
      - applyTo: HTTP_ROUTE
        patch: {operation: ADD, value: {name: extra}}

Fix: use INSERT_FIRST, INSERT_BEFORE or INSERT_AFTER for an HTTP_ROUTE, or ADD for a whole VIRTUAL_HOST.

Silent when: applyTo is anything else.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, EnvoyFilter, MeshGraph, Severity, analyzer, ignored_on_routes


@analyzer("IST0153", "envoyfilter-add-ignored", Severity.ERROR, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for source in mesh.all(EnvoyFilter):
        for patch in source.patches:
            if ignored_on_routes(patch, "ADD"):
                yield Claim(
                    source,
                    patch.path,
                    f"ADD is ignored for {patch.apply_to}, so the patch has no effect.",
                    fix="Use INSERT_FIRST, INSERT_BEFORE or INSERT_AFTER for a route, or ADD a VIRTUAL_HOST.",
                )
