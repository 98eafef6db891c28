"""A subset of a service is named that its ServiceResolver does not have.

Why: Consul refuses the entry: a subset has to be in the ServiceResolver of the service before anybody may send requests
to it.

Example:
    kind: ServiceSplitter
    metadata: {name: web}
    spec:
      splits:
      - {weight: 90, serviceSubset: v1}
      - {weight: 10, serviceSubset: v2}   # ServiceResolver web has v1 alone

Fix: add the subset to the ServiceResolver of the service, or name one that it has.

Silent when: the service itself is not known (CSL202), is of a peer or another datacenter, or its ServiceResolver
redirects to another service, which drops the subset.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Names, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, ServiceResolver, SubsetUse, subset_uses


@analyzer("CSL203", "consul-subset-not-found", Severity.ERROR, reads=SEEN, absent=(ServiceResolver,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in subset_uses(mesh):
        if not use.is_found:
            yield Claim(
                use.entry,
                use.path,
                _message(use),
                fix=_fix(use),
                absent=use.lacking,
                related=(Also(use.resolver, ("spec", "subsets"), "has the subsets"),)
                if use.resolver and use.resolver is not use.entry
                else (),
            )


def _message(use: SubsetUse) -> str:
    if use.resolver is None:
        return f"ServiceResolver {use.service} {ABSENT}, so that there is no subset {use.subset}: Consul refuses this."
    whose = "It" if use.resolver is use.entry else str(use.resolver.id)
    return f"{whose} has no subset {use.subset}: Consul refuses this {use.entry.id.kind}."


def _fix(use: SubsetUse) -> str:
    known = use.resolver.subsets if use.resolver else {}
    near = Names(known).nearest(use.subset)
    if near:
        return f"Did you mean {near}?"
    return f"Add the subset {use.subset} to the ServiceResolver of {use.service}."
