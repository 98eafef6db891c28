"""A rule names a match that its HTTPRouteGroup does not have.

Why: the requests that were meant are not among those that the rule permits or the split is for.

Example:
    kind: HTTPRouteGroup
    metadata: {name: order-routes}
    spec: {matches: [{name: metrics, pathRegex: /metrics, methods: [GET]}]}
    # and a TrafficTarget:
    kind: TrafficTarget
    spec:
      rules: [{kind: HTTPRouteGroup, name: order-routes, matches: [metric]}]

Fix: write a name that the group has.

Silent when: the group has the name, or was not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Names, Severity, analyzer
from meshctl.analysis.api.smi import SmiRoute, TrafficSplit, TrafficTarget, rule_uses


@analyzer("SMI204", "rule-match-not-found", Severity.ERROR, reads=(TrafficSplit, TrafficTarget, SmiRoute))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in rule_uses(mesh):
        for path, name in use.rule.matches if use.group else ():
            if use.group and name not in use.group.names:
                near = Names(use.group.names).nearest(name)
                yield Claim(
                    use.source,
                    path,
                    f"HTTPRouteGroup {use.group.full_name} has no match {name}: nothing is meant by it.",
                    fix=f"Did you mean {near}?" if near else "Write the name of one of its matches.",
                    related=(Also(use.group, (), "the group"),),
                )
