"""References to groups of routes, from splits and from permissions, with the group where it was read."""

from typing import NamedTuple

from meshctl.graph.kinds.smi import HTTP_ROUTE_GROUP, RULES, HTTPRouteGroup, Rule, SmiRoute, TrafficSplit, TrafficTarget
from meshctl.graph.mesh import MeshGraph, index


class RuleUse(NamedTuple):
    """A reference to routes of its own namespace. `exists` is None for a kind that is none of the interface's."""

    source: TrafficSplit | TrafficTarget
    rule: Rule
    exists: bool | None
    group: HTTPRouteGroup | None


@index(TrafficSplit, TrafficTarget, SmiRoute)
def rule_uses(mesh: MeshGraph) -> tuple[RuleUse, ...]:
    """Every reference to routes that has a name."""
    known = {(route.id.kind, route.namespace, route.name) for route in mesh.all(SmiRoute)}

    def use(source: TrafficSplit | TrafficTarget, rule: Rule) -> RuleUse:
        exists = (rule.kind, source.namespace, rule.name) in known if rule.kind in RULES else None
        is_group = rule.kind == HTTP_ROUTE_GROUP.kind
        return RuleUse(
            source, rule, exists, mesh.get(HTTPRouteGroup, source.namespace, rule.name) if is_group else None
        )

    return (
        *(use(split, rule) for split in mesh.all(TrafficSplit) for rule in split.matches if rule.name),
        *(use(target, rule) for target in mesh.all(TrafficTarget) for rule in target.rules if rule.name),
    )
