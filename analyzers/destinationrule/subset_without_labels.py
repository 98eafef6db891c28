"""A subset of a DestinationRule has no labels, so it is all of the host.

Why: a subset is the pods that carry its labels. Without any it is all pods, and routes that were to reach one version
reach every one. That is right for a subset that only has a traffic policy of its own.

Example:
    kind: DestinationRule
    spec:
      host: reviews
      subsets:
      - name: v2

Fix: write the labels of the pods that are meant.

Silent when: the subset has labels.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, DestinationRule, MeshGraph, Severity, analyzer, mapping, numbered


@analyzer("KIA0209", "destinationrule-subset-without-labels", Severity.INFO, reads=(DestinationRule,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for rule in mesh.all(DestinationRule):
        for i, subset in numbered(rule.spec.get("subsets")):
            # One with settings of its own is probably meant so.
            if subset.get("name") and not mapping(subset.get("labels")) and not subset.get("trafficPolicy"):
                yield Claim(
                    rule,
                    ("spec", "subsets", i, "name"),
                    f"Subset {subset['name']} has no labels and no traffic policy: it is all pods of {rule.host}.",
                    fix="Write the labels of the pods that are meant, or remove the subset.",
                )
