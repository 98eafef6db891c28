"""A rule of an AuthorizationPolicy changes nothing, because another rule does the same and more.

Why: what several policies allow is added up. Who takes the narrower rule away, or writes it to keep others out, waits
for an effect that there is not: the wider one still lets all of them in.

Example:
    kind: AuthorizationPolicy
    metadata: {name: allow-all, namespace: shop}
    spec: {rules: [{}]}
    # With it, this one keeps nobody out:
    metadata: {name: only-front, namespace: shop}
    spec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}]}]}

Fix: delete the rule, or make the wider one narrower.

Silent when: the wider rule does not surely take in all of the other, or is for fewer workloads; the action is CUSTOM
or AUDIT; one of them is only tried (dry-run).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    dotted,
)
from meshctl.analysis.api.authorization import Covered, action_of, by_policies, redundant

_WORDS = {"ALLOW": "allows", "DENY": "denies"}


@analyzer(
    "MSH440", "authorizationpolicy-redundant-rule", Severity.INFO, reads=(AuthorizationPolicy, ConfigMap, Namespace)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for together in by_policies(redundant(mesh)):
        yield _claim(together)


def _claim(together: list[Covered]) -> Claim:
    one, by = together[0]
    more = f", and so it is with {len(together) - 1} more of its rules" if len(together) > 1 else ""
    what = "everything" if by.rule.is_unconditional else "all that this rule does"
    where = dotted(by.rule.path) + ("" if by.policy is one.policy else f" of {by.policy.id}")
    return Claim(
        one.policy,
        one.rule.path,
        f"{where} {_WORDS[action_of(by.policy)]} {what}, so this one changes nothing{more}.",
        fix="Delete it, or make the wider rule narrower.",
        related=(Also(by.policy, by.rule.path, "does the same and more"),),
        key=(by.policy.full_name,),
    )
