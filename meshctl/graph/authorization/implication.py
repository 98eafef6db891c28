"""What follows from the constraints of a rule: that another one fits as well, or that nothing can fit."""

from collections.abc import Iterator, Sequence
from itertools import product

from meshctl.graph.authorization.identities import parts_of
from meshctl.graph.authorization.patterns import fits_any_letters
from meshctl.graph.authorization.ranges import apart, takes_in
from meshctl.graph.authorization.rules import NAMESPACE, PRINCIPAL, Constraint, Part, Rule, Value

Values = tuple[Value, ...]

_MOST = 1000


def ways(rule: Rule) -> int:
    """In how many ways a rule fits."""
    return max(1, len(rule.sources)) * max(1, len(rule.operations))


def alternatives(rule: Rule) -> Iterator[Part]:
    """Each way in which a rule fits: the constraints of one source, one operation and all conditions."""
    for source, operation in product(rule.sources or ((),), rule.operations or ((),)):
        yield (*source, *operation, *rule.conditions)


def covers(wider: Rule, narrower: Rule, domains: Sequence[str]) -> bool:
    """Whether every request that fits one rule surely fits another. Rules with very many parts are not compared."""
    if ways(wider) * ways(narrower) > _MOST:
        return False
    wide = list(alternatives(wider))
    return all(any(all(_follows(c, given, domains) for c in way) for way in wide) for given in alternatives(narrower))


def _follows(constraint: Constraint, given: Part, domains: Sequence[str]) -> bool:
    """Whether a constraint holds for every request for which those given do."""
    attribute = constraint.attribute
    same = [each for each in given if each.attribute == attribute]
    wanted = not constraint.values or any(
        each.values
        and all(any(takes_in(attribute, v.text, own.text, domains) for v in constraint.values) for own in each.values)
        for each in same
    )
    if not wanted and not _follows_from_identity(constraint, given):
        return False
    return all(
        any(
            any(takes_in(attribute, own.text, value.text, domains) for own in each.excluded)
            or (bool(each.values) and all(apart(attribute, own.text, value.text, domains) for own in each.values))
            for each in same
        )
        for value in constraint.excluded
    )


def _follows_from_identity(constraint: Constraint, given: Part) -> bool:
    """Who has a namespace or service account has a principal; a whole principal says the namespace."""
    if constraint.attribute == PRINCIPAL and any(value.text == "*" for value in constraint.values):
        return any(each.needs_identity and each.values for each in given)
    if constraint.attribute == NAMESPACE:
        return any(
            each.attribute == PRINCIPAL
            and each.values
            and all(_is_of(value.text, constraint.values) for value in each.values)
            for each in given
        )
    return False


def contradiction(part: Part, domains: Sequence[str]) -> tuple[Values, Values] | None:
    """The values of two fields of which surely never both hold; None where there are none."""
    for i, one in enumerate(part):
        if one.values and _all_excluded(one, one, domains):
            return one.values, one.excluded
        for other in part[i + 1 :]:
            if found := _contradict(one, other, domains) or _contradict(other, one, domains):
                return found
    return None


def _contradict(one: Constraint, other: Constraint, domains: Sequence[str]) -> tuple[Values, Values] | None:
    if not one.values:
        return None
    if one.attribute == other.attribute:
        if _all_excluded(one, other, domains):
            return one.values, other.excluded
        pairs = product(one.values, other.values)
        never = bool(other.values) and all(apart(one.attribute, a.text, b.text, domains) for a, b in pairs)
        return (one.values, other.values) if never else None
    if (one.attribute, other.attribute) == (PRINCIPAL, NAMESPACE) and all(_home(value.text) for value in one.values):
        if other.values and not any(_is_of(value.text, other.values) for value in one.values):
            return one.values, other.values
        if all(_is_of(value.text, other.excluded) for value in one.values):
            return one.values, other.excluded
    return None


def _all_excluded(one: Constraint, other: Constraint, domains: Sequence[str]) -> bool:
    return all(any(takes_in(one.attribute, e.text, v.text, domains) for e in other.excluded) for v in one.values)


def _is_of(principal: str, namespaces: Values) -> bool:
    """Whether the namespace that a principal says is one of these."""
    home = _home(principal)
    return bool(home) and any(fits_any_letters(value.text, home) for value in namespaces)


def _home(principal: str) -> str:
    """The namespace that a principal says; empty where it leaves that open."""
    _, home, _ = parts_of(principal) or ("", "", "")
    return "" if "*" in home else home
