"""Two TrafficSplits split the same Service.

Why: which of them counts is not specified: controllers take the older one, the newer one or whichever they see last.

Example:
    kind: TrafficSplit
    metadata: {name: web-canary}
    spec: {service: web, backends: [{service: web-v2, weight: 1}]}
    # and another one:
    kind: TrafficSplit
    metadata: {name: web-rollout}
    spec: {service: web, backends: [{service: web-v1, weight: 1}]}

Fix: keep one of them.

Silent when: the splits are limited to routes by `matches`, and not to the same ones.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer, others
from meshctl.analysis.api.smi import TrafficSplit, splits_by_root


@analyzer("SMI106", "service-split-twice", Severity.ERROR, reads=(TrafficSplit,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for (_, root), splits in splits_by_root(mesh).items():
        alike: dict[frozenset[tuple[str, frozenset[str]]], list[TrafficSplit]] = {}
        for split in splits:
            limits = frozenset((rule.name, frozenset(name for _, name in rule.matches)) for rule in split.matches)
            alike.setdefault(limits, []).append(split)
        for together in alike.values():
            for split in together if len(together) > 1 else ():
                shown, names = others(split, together)
                yield Claim(
                    split,
                    ("spec", "service"),
                    f"{root} is split by TrafficSplit {names} too: which of them counts is not specified.",
                    fix="Keep one of them.",
                    related=tuple(Also(other, ("spec", "service"), "splits it too") for other in shown),
                )
