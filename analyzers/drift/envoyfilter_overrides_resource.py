"""An EnvoyFilter changes what another resource asks for.

Why: an EnvoyFilter is applied last, so the proxies run what it says. That is no fault; whoever looks at the other
resource alone is surprised.

Example:
    kind: EnvoyFilter
    spec:
      configPatches:
      - applyTo: CLUSTER
        patch: {operation: MERGE, value: {connect_timeout: 1s}}   # a DestinationRule says 5s

Fix: nothing, if it is meant. Otherwise leave the field to the resource that is made for it.

Silent when: no EnvoyFilter for the proxies touches the object; the proxy does not run what it is sent (MSH211).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    DRIFTING,
    Also,
    Claim,
    EnvoyFilter,
    MeshGraph,
    Severity,
    analyzer,
    drift_claim,
    on_proxies,
    said,
    what_drifted,
)


@analyzer("MSH219", "envoyfilter-overrides-resource", Severity.INFO, reads=(*DRIFTING, EnvoyFilter))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mesh.facts.differences:
        if found.explained is None:
            continue
        source = mesh.get(EnvoyFilter, found.explained.namespace, found.explained.name)
        yield drift_claim(
            mesh,
            found,
            f"{what_drifted(mesh, found)} is {said(found.desired)}, {said(found.running)} runs "
            f"{on_proxies(found)}: {found.explained} changes it.",
            fix="Leave it as it is if it is meant; otherwise take the patch out of the EnvoyFilter.",
            related=(Also(source, ("spec", "configPatches"), "changes it"),) if source else (),
        )
