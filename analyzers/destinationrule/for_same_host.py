"""Two DestinationRules for one host say something about the same thing; only one of them is heard.

Why: istiod makes one rule of all DestinationRules of a namespace for a host. Of a subset that two of them define it
takes that of the older one, and of two traffic policies too: the other is ignored without a word.

Example:
    kind: DestinationRule
    metadata: {name: reviews}
    spec:
      host: reviews
      subsets: [{name: v1, labels: {version: v1}}]
    ---
    kind: DestinationRule
    metadata: {name: reviews-canary}
    spec:
      host: reviews.shop.svc.cluster.local
      subsets: [{name: v1, labels: {version: v1, track: canary}}]

Fix: write one DestinationRule for a host.

Silent when: they define different subsets and only one of them has a traffic policy; are exported to different
namespaces; are for some workloads only; or a host of one is a wildcard that covers that of the other: then the narrower
counts alone, as intended.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, DestinationRule, MeshGraph, Path, Severity, analyzer, others
from meshctl.analysis.api.samehosts import rules_of_one_host


@analyzer("KIA0201", "destinationrules-for-same-host", Severity.WARNING, reads=(DestinationRule,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for rules in rules_of_one_host(mesh):
        said: dict[str, dict[DestinationRule, Path]] = defaultdict(dict)
        for rule in rules:
            if rule.spec.get("trafficPolicy"):
                said["a traffic policy"][rule] = ("spec", "trafficPolicy")
            for subset in rule.subsets_by_name.values():
                said[f"the subset {subset.name}"][rule] = (*subset.path, "name")
        for what, places in said.items():
            for rule, path in places.items() if len(places) > 1 else ():
                rivals, names = others(rule, tuple(places))
                yield Claim(
                    rule,
                    path,
                    f"DestinationRule {names} has {what} for {rule.host} too: only that of the oldest counts.",
                    fix="Write one DestinationRule for the host.",
                    related=tuple(Also(rival, places[rival], "says it too") for rival in rivals),
                )
