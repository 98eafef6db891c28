"""A TrafficTarget permits routes that do not exist.

Why: a rule permits what its HTTPRouteGroup or TCPRoute describes. Without that nothing is permitted by it, and the
calls are refused where traffic is denied by default. Routes are looked up in the namespace of the TrafficTarget, and a
TCPRoute of the Gateway API is another kind of the same name.

Example:
    kind: TrafficTarget
    spec:
      rules:
      - {kind: HTTPRouteGroup, name: order-route}   # there is a group `order-routes`

Fix: name routes of the same namespace, of group `specs.smi-spec.io`.

Silent when: the routes exist.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Severity, analyzer
from meshctl.analysis.api.smi import RULES, SmiRoute, TrafficSplit, TrafficTarget, rule_uses


@analyzer(
    "SMI203",
    "target-rule-not-found",
    Severity.ERROR,
    reads=(TrafficSplit, TrafficTarget, SmiRoute),
    absent=(SmiRoute,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in rule_uses(mesh):
        if isinstance(use.source, TrafficTarget) and use.exists is False:
            full_name = f"{use.source.namespace}/{use.rule.name}"
            yield Claim(
                use.source,
                (*use.rule.path, "name"),
                f"{use.rule.kind} {full_name} {ABSENT}: this rule permits nothing.",
                fix=f"Name a {use.rule.kind} of specs.smi-spec.io in namespace {use.source.namespace}, or create it.",
                absent=Missing(use.rule.kind, full_name, (RULES[use.rule.kind],), use.source.namespace),
            )
