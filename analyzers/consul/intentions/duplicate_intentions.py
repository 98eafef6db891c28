"""Two ServiceIntentions are for one destination.

Why: a service has one list of intentions. Consul's webhook refuses the second resource; where it got in anyway, the one
that was written last replaces the other as a whole.

Example:
    kind: ServiceIntentions
    metadata: {name: payments-from-web}
    spec: {destination: {name: payments}, sources: [{name: web, action: allow}]}
    ---
    kind: ServiceIntentions
    metadata: {name: payments-from-cart}
    spec: {destination: {name: payments}, sources: [{name: cart, action: allow}]}

Fix: put all sources into one.

Silent when: the destinations are in different namespaces of Consul Enterprise. It is a warning where only the flags of
the injector, which are not in the input, could tell that they are.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, installation, intentions_by_destination


@analyzer("CSL304", "consul-duplicate-intentions", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = installation(mesh).source is not None
    unsure = Severity.INFO if installation(mesh).unread else Severity.WARNING
    for destination, entries in intentions_by_destination(mesh).items():
        first, *others = entries
        for entry in others:
            certain = known or entry.namespace == first.namespace
            yield Claim(
                entry,
                ("spec", "destination", "name"),
                f"{first.id} is for {destination} too: Consul takes only one of them.",
                fix="Put all sources into one ServiceIntentions.",
                related=(Also(first, ("spec", "destination", "name"), "is for the same destination"),),
                severity=None if certain else unsure,
            )
