"""A patch of an EnvoyFilter depends on one that is only for some versions of the proxy.

Why: a patch with `match.proxy.proxyVersion` is not applied to proxies of other versions. What was placed relative to
the filter that it is about then has another place, or none: the filter chain changes with the next upgrade.

Example:
    kind: EnvoyFilter
    spec:   # no priority
      configPatches:
      - applyTo: HTTP_FILTER
        match: {proxy: {proxyVersion: '^1\\.26.*'}}
        patch: {operation: INSERT_FIRST, value: {name: envoy.lua}}
      - applyTo: HTTP_FILTER
        patch: {operation: REPLACE, value: {name: envoy.lua}}

Fix: take the proxyVersion out of the earlier patch, use INSERT_FIRST, or give the EnvoyFilter a `priority`.

Silent when: the EnvoyFilter has a priority, or the two patches are about different filters or are in different
namespaces (the root namespace is before all). An earlier patch is one that istiod applies earlier: by priority, then
creation time, then name of the EnvoyFilter, then position.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, ConfigMap, EnvoyFilter, MeshGraph, Severity, analyzer, relative_patches


@analyzer("IST0155", "envoyfilter-relative-to-pinned-patch", Severity.WARNING, reads=(EnvoyFilter, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in relative_patches(mesh):
        if found.pinned is not None:
            where = "this EnvoyFilter" if found.pinned is found.source else found.pinned.full_name
            name = found.patch.written_name
            about, same = (f" for {name}", " for the same filter") if name else ("", "")
            yield Claim(
                found.source,
                found.patch.path,
                f"{found.patch.operation}{about} comes after a patch of {where}{same} that is limited to some proxy "
                "versions: after an upgrade the result is another one.",
                fix="Take the proxyVersion out of that patch, use INSERT_FIRST, or set spec.priority.",
                related=(Also(found.pinned, ("metadata", "name"), "limits its patch to some proxy versions"),),
            )
