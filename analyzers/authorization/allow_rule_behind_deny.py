"""A rule of an AuthorizationPolicy allows what another policy denies.

Why: DENY goes before ALLOW, so the rule lets nothing in. Who wrote it takes the way for open, and every request on it
is answered with 403.

Example:
    kind: AuthorizationPolicy
    spec:
      action: DENY
      rules: [{to: [{operation: {paths: [/admin*]}}]}]
    # and another policy for the same pods:
    spec:
      rules: [{to: [{operation: {paths: [/admin/health]}}]}]

Fix: take what is allowed out of the rule that denies (`notPaths`, `notPrincipals`), or delete the rule.

Silent when: the rule that denies does not surely take in all of the other, is for fewer workloads, is only tried
(dry-run), or looks at HTTP where ztunnel enforces it, which cannot.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    dotted,
    enumerated,
)
from meshctl.analysis.api.authorization import Covered, by_coverer, by_policies, denied_anyway


@analyzer(
    "MSH431",
    "authorizationpolicy-allow-rule-behind-deny",
    Severity.WARNING,
    reads=(AuthorizationPolicy, ConfigMap, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for together in by_policies(each for each in denied_anyway(mesh) if not each.by.rule.is_unconditional):
        yield _claim(together)
    everything = [each for each in denied_anyway(mesh) if each.by.rule.is_unconditional]
    # One cause is told once: at the rule that closes all.
    for together in by_coverer(everything):
        yield _closed(together)


def _claim(together: list[Covered]) -> Claim:
    one, by = together[0]
    return Claim(
        one.policy,
        one.rule.path,
        f"All that this allows is denied by {dotted(by.rule.path)} of {by.policy.id}, so nothing gets in by it.",
        fix=f"Except it in {by.policy.id}, or delete the rule.",
        related=(Also(by.policy, by.rule.path, "denies it"),),
        key=(by.policy.full_name,),
    )


def _closed(together: list[Covered]) -> Claim:
    by = together[0].by
    allowing = list({each.one.policy.id: each.one.policy for each in together}.values())
    names = enumerated((str(policy.id) for policy in allowing), len(allowing))
    return Claim(
        by.policy,
        by.rule.path,
        f"This rule denies every request, also what {names} {'allows' if len(allowing) == 1 else 'allow'}.",
        fix="Say in the rule what it denies, or delete the policy; ALLOW policies deny all that they do not name.",
        related=tuple(Also(policy, policy.place, "allows in vain") for policy in allowing[:MOST]),
    )
