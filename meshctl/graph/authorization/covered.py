"""Rules that change nothing, because another one fits whenever they do."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from meshctl.graph.ambient import in_ambient_namespace
from meshctl.graph.authorization.identities import parts_of, trust_domains
from meshctl.graph.authorization.implication import alternatives, covers, ways
from meshctl.graph.authorization.policies import policies
from meshctl.graph.authorization.ranges import normal, wider_ones
from meshctl.graph.authorization.rules import NAMESPACE, PRINCIPAL, Constraint, Rule, action_of, is_dry_run, rules_of
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph, index

_Scope = tuple[str, str, frozenset[tuple[str, str]]]
_Key = tuple[str, str]
# Rules without any value to find them by are few; of more of them only these are looked at.
_MOST = 20
# Rules with more ways to fit are left out.
_MOST_WAYS = 100


class Placed(NamedTuple):
    """A rule with its policy, and how many rules came before."""

    position: int
    policy: AuthorizationPolicy
    rule: Rule


class Covered(NamedTuple):
    """A rule, and one that fits whenever it does, for every workload that it is for."""

    one: Placed
    by: Placed


@index(AuthorizationPolicy, ConfigMap, Namespace)
def denied_anyway(mesh: MeshGraph) -> tuple[Covered, ...]:
    """Rules that allow what a rule that denies refuses all the same."""
    return tuple(_covered(mesh, "ALLOW", "DENY"))


@index(AuthorizationPolicy, ConfigMap, Namespace)
def redundant(mesh: MeshGraph) -> tuple[Covered, ...]:
    """Rules that allow, or deny, what another one does as well. Of two that are equal it is the later."""
    denied = {(each.one.policy.id, each.one.rule.path) for each in denied_anyway(mesh)}
    found = (*_covered(mesh, "ALLOW", "ALLOW"), *_covered(mesh, "DENY", "DENY"))
    return tuple(each for each in found if (each.one.policy.id, each.one.rule.path) not in denied)


@index(AuthorizationPolicy, ConfigMap)
def _placed(mesh: MeshGraph) -> dict[str, list[Placed]]:
    """The rules by action that are enforced, of policies that select workloads."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for policy in mesh.all(AuthorizationPolicy):
        if not policy.targets and not is_dry_run(policy):
            those = found[action_of(policy)]
            comparable = (rule for rule in rules_of(mesh, policy) if ways(rule) <= _MOST_WAYS)
            those.extend(Placed(len(those) + i, policy, rule) for i, rule in enumerate(comparable))
    return found


@index(AuthorizationPolicy, ConfigMap)
def _filed(mesh: MeshGraph) -> dict[_Scope, "_Filed"]:
    found: dict[_Scope, list[Placed]] = defaultdict(list)
    for action, those in _placed(mesh).items():
        for each in those:
            selector = frozenset(each.policy.selector.items())
            found[action, each.policy.namespace, selector].append(each)
    return {scope: _Filed(those) for scope, those in found.items()}


def _covered(mesh: MeshGraph, action: str, by: str) -> Iterator[Covered]:
    domains = trust_domains(mesh)
    for one in _placed(mesh).get(action, ()):
        if in_ambient_namespace(mesh, one.policy.namespace) and any(c.needs_http for c in one.rule.constraints):
            continue  # ztunnel does not know all of that rule.
        for other in _candidates(mesh, one, by):
            if other is one or not covers(other.rule, one.rule, domains):
                continue
            if action == by and one.position < other.position and _is_equal(one, other, domains):
                continue
            yield Covered(one, other)
            break


def _is_equal(one: Placed, other: Placed, domains: Sequence[str]) -> bool:
    """Whether two rules of which the second covers the first are for the same, so that each covers the other."""
    first, second = one.policy, other.policy
    same = (first.namespace, first.selector) == (second.namespace, second.selector)
    return same and covers(one.rule, other.rule, domains)


def _candidates(mesh: MeshGraph, one: Placed, action: str) -> Iterator[Placed]:
    """Rules for all workloads that this one is for, which may cover it."""
    policy, known = one.policy, policies(mesh)
    for place in dict.fromkeys((known.root, policy.namespace)):
        for selector in (frozenset[tuple[str, str]](), *known.selectors(policy.selector, place)):
            filed = _filed(mesh).get((action, place, selector))
            if filed is not None:
                yield from filed.candidates(one.rule)


class _Filed:
    """Rules by a value that a rule covered by them must have, or a narrower one."""

    def __init__(self, those: Sequence[Placed]) -> None:
        self._loose = [each for each in those if any(not any(c.values for c in way) for way in alternatives(each.rule))]
        self._loose.sort(key=lambda each: not each.rule.is_unconditional)
        self._by_value: dict[_Key, list[Placed]] = defaultdict(list)
        ways = [(each, [c for c in way if c.values]) for each in those for way in alternatives(each.rule)]
        count = Counter(key for _, way in ways for constraint in way for key in _keys(constraint))
        for each, way in ways:
            if way:
                rarest = min(way, key=lambda constraint: max(count[key] for key in _keys(constraint)))
                for key in _keys(rarest):
                    self._by_value[key].append(each)

    def candidates(self, rule: Rule) -> Iterator[Placed]:
        """Rules that may cover a rule, some of them perhaps several times."""
        yield from islice(self._loose, _MOST)
        for key in _wider_keys(next(alternatives(rule))):
            yield from self._by_value.get(key, ())


def _keys(constraint: Constraint) -> list[_Key]:
    return [(constraint.attribute, normal(constraint.attribute, value.text)) for value in constraint.values]


def _wider_keys(way: Sequence[Constraint]) -> Iterator[_Key]:
    for constraint in way:
        attribute, values = constraint.attribute, constraint.values
        if values:
            yield from ((attribute, wider) for wider in wider_ones(attribute, values[0].text))
            if constraint.needs_identity:
                yield PRINCIPAL, "*"
            if attribute == PRINCIPAL and (parts := parts_of(values[0].text)):
                yield from ((NAMESPACE, wider) for wider in wider_ones(NAMESPACE, parts[1]))


def by_policies(those: Iterable[Covered]) -> Iterable[list[Covered]]:
    """Those of one policy that are covered by the same other one, together."""
    return _grouped(those, lambda each: (each.one.policy.id, each.by.policy.id))


def by_coverer(those: Iterable[Covered]) -> Iterable[list[Covered]]:
    """Those that are covered by the same rule, together."""
    return _grouped(those, lambda each: (each.by.policy.id, each.by.rule.path))


def _grouped(those: Iterable[Covered], key: Callable[[Covered], object]) -> Iterable[list[Covered]]:
    found: dict[object, list[Covered]] = defaultdict(list)
    for each in those:
        found[key(each)].append(each)
    return found.values()
