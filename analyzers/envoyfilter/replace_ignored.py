"""A patch of an EnvoyFilter wants to REPLACE something that cannot be replaced.

Why: REPLACE is for filters and virtual hosts. For clusters, listeners, routes and everything else istiod does nothing,
and says nothing.

Example:
    kind: EnvoyFilter
    spec:
      configPatches:
      - applyTo: CLUSTER
        patch: {operation: REPLACE, value: {name: lua_cluster}}

Fix: use MERGE to change fields, or REMOVE and ADD.

Only an info for LISTENER_FILTER, for which istiod does it, though it is not documented.

Silent when: applyTo is NETWORK_FILTER, HTTP_FILTER or VIRTUAL_HOST.
"""

from collections.abc import Iterator

from meshctl.analysis.api import REPLACEABLE, Claim, EnvoyFilter, MeshGraph, Severity, analyzer


@analyzer("IST0152", "envoyfilter-replace-ignored", Severity.ERROR, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for source in mesh.all(EnvoyFilter):
        for patch in source.patches:
            if patch.operation == "REPLACE" and patch.apply_to == "LISTENER_FILTER":
                yield Claim(
                    source,
                    patch.path,
                    "REPLACE is carried out for LISTENER_FILTER, but Istio documents it for other filters alone.",
                    fix="Test it again with each new version of Istio, or use REMOVE and ADD.",
                    severity=Severity.INFO,
                )
            elif patch.operation == "REPLACE" and patch.apply_to not in REPLACEABLE:
                yield Claim(
                    source,
                    patch.path,
                    f"REPLACE is not carried out for {patch.apply_to or 'a patch without applyTo'}: nothing changes.",
                    fix="Use MERGE to change fields, or REMOVE and ADD.",
                )
