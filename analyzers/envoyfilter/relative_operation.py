"""A patch of an EnvoyFilter depends on what other patches did before, and the EnvoyFilter has no priority.

Why: INSERT_BEFORE, INSERT_AFTER, REMOVE and REPLACE find their place beside filters that are there already. Those of
other EnvoyFilters may come before or after, by their time of creation: the same manifests give another result in the
next cluster.

Example:
    kind: EnvoyFilter
    spec:   # no priority
      configPatches:
      - applyTo: HTTP_FILTER
        patch: {operation: INSERT_BEFORE, value: {name: envoy.lua}}

Fix: give the EnvoyFilter a `priority` other than 0 (a negative one comes first), or use INSERT_FIRST.

Silent when: it has a priority, or the operation is not carried out at all, which has a finding of its own.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, EnvoyFilter, MeshGraph, Severity, analyzer, relative_patches


@analyzer("IST0151", "envoyfilter-relative-operation", Severity.WARNING, reads=(EnvoyFilter, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in relative_patches(mesh):
        if found.pinned is None:
            yield Claim(
                found.source,
                found.patch.path,
                f"The result of {found.patch.operation} depends on which EnvoyFilters are applied before, and this one "
                "has no priority.",
                fix="Set spec.priority (a negative one comes first), or use INSERT_FIRST.",
            )
