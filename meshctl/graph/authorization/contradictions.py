"""Sources, operations and conditions that fit nothing, because they want what is never so."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.authorization.identities import trust_domains
from meshctl.graph.authorization.implication import Values, contradiction
from meshctl.graph.authorization.rules import Part, Rule, rules
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph


class Contradiction(NamedTuple):
    """The values of two fields of a rule of which surely never both hold."""

    policy: AuthorizationPolicy
    one: Values
    other: Values


def contradictions(mesh: MeshGraph) -> Iterator[Contradiction]:
    """Every source and operation that contradicts itself or a condition, and conditions that contradict each other."""
    domains = trust_domains(mesh)
    for policy, rule in rules(mesh):
        for part in _parts(rule):
            if found := contradiction(part, domains):
                yield Contradiction(policy, *found)
                break


def _parts(rule: Rule) -> Iterator[Part]:
    """What holds together, the smallest first; one finding for a rule is enough."""
    yield from rule.sources
    yield from rule.operations
    if rule.conditions:
        yield rule.conditions
        yield from (part + rule.conditions for part in (*rule.sources, *rule.operations))
