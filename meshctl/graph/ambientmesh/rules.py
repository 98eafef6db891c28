"""Rules of AuthorizationPolicies that ztunnel enforces otherwise than they are written."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from meshctl.graph.ambientmesh.told import is_told
from meshctl.graph.authorization.enforcers import unread_by_ztunnel
from meshctl.graph.authorization.rules import Constraint, Rule, action_of, is_dry_run, rules_of
from meshctl.graph.authorization.selected import SELECTION_READS, selections
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph, index

Effect = Literal["allows nothing", "denies nothing", "denies more"]


class MisreadRule(NamedTuple):
    """A rule of which ztunnel leaves out `unread`, and what becomes of it. `all_rules` says that no rule is left."""

    policy: AuthorizationPolicy
    rule: Rule
    unread: Sequence[Constraint]
    effect: Effect
    all_rules: bool


@index(*SELECTION_READS)
def misread_rules(mesh: MeshGraph) -> Sequence[MisreadRule]:
    """Rules for workloads in ambient mode that need HTTP, of policies without targets."""
    found = []
    for policy in mesh.all(AuthorizationPolicy):
        action = action_of(policy)
        if action not in ("ALLOW", "DENY") or is_dry_run(policy):
            continue
        rules = rules_of(mesh, policy)
        misread = [(rule, unread) for rule in rules if (unread := unread_by_ztunnel(rule))]
        if misread and not is_told(policy) and _by_ztunnel(mesh, policy):
            for rule, unread in misread:
                effect: Effect = "allows nothing" if action == "ALLOW" else _denied(rule, unread)
                found.append(MisreadRule(policy, rule, unread, effect, len(misread) == len(rules)))
    return tuple(found)


def _by_ztunnel(mesh: MeshGraph, policy: AuthorizationPolicy) -> bool:
    selected = selections(mesh).of(policy)
    if selected is None or "ztunnel" not in selected.enforcers:
        return False
    # One that selects a waypoint by its labels is told as that.
    return not (policy.selector and "waypoint" in selected.enforcers)


def _denied(rule: Rule, unread: Sequence[Constraint]) -> Effect:
    """A source, operation or condition of which nothing is left fits nothing; what else is left fits more."""
    sides = [side for side in (rule.sources, rule.operations) if side]
    sides += [((condition,),) for condition in rule.conditions]
    left = all(any(any(c not in unread for c in part) for part in side) for side in sides)
    return "denies more" if left else "denies nothing"
