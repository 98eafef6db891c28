"""A TrafficSplit is limited to an HTTPRouteGroup that does not exist.

Why: the split is for the requests of that group alone. Without the group there are none, and controllers ignore the
split or refuse it.

Example:
    kind: TrafficSplit
    spec:
      service: web
      matches:
      - {kind: HTTPRouteGroup, name: beta-user}   # there is a group `beta-users`

Fix: name a group of the same namespace, or remove the match.

Silent when: the group exists.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Severity, analyzer
from meshctl.analysis.api.smi import HTTPRouteGroup, SmiRoute, TrafficSplit, TrafficTarget, rule_uses


@analyzer(
    "SMI107",
    "split-route-group-not-found",
    Severity.ERROR,
    reads=(TrafficSplit, TrafficTarget, SmiRoute),
    absent=(HTTPRouteGroup,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in rule_uses(mesh):
        if isinstance(use.source, TrafficSplit) and use.exists is False:
            full_name = f"{use.source.namespace}/{use.rule.name}"
            yield Claim(
                use.source,
                (*use.rule.path, "name"),
                f"{use.rule.kind} {full_name} {ABSENT}: the split is for its requests alone, so for none.",
                fix="Name a group that exists, or create it.",
                absent=Missing(use.rule.kind, full_name, HTTPRouteGroup.KINDS, use.source.namespace),
            )
