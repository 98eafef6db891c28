"""A rule of an AuthorizationPolicy asks for a token, and no RequestAuthentication looks at tokens there.

Why: only a RequestAuthentication has the proxy check tokens and note whom they are for. Without one every request is
without token: a rule that wants one fits nothing, so what only it allows is denied; one that excepts tokens fits all.

Example:
    kind: AuthorizationPolicy
    spec:
      selector: {matchLabels: {app: web}}
      rules: [{from: [{source: {requestPrincipals: ["*"]}}]}]
    # and no RequestAuthentication for app: web

Fix: add a RequestAuthentication with the issuer, for the same workloads.

Silent when: a RequestAuthentication is for one of the workloads, from their namespace or the root namespace; the policy
names its targets, or selects nothing.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    AuthorizationPolicy,
    Claim,
    MeshGraph,
    Missing,
    RequestAuthentication,
    Severity,
    analyzer,
    selector_text,
)
from meshctl.analysis.api.authorization import SELECTION_READS, Constraint, action_of, policies, rules, selections

_TOKEN = "request.auth."


@analyzer(
    "MSH436",
    "authorizationpolicy-token-rule-without-authentication",
    Severity.WARNING,
    reads=SELECTION_READS,
    absent=(RequestAuthentication,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, rule in rules(mesh):
        asking = next((c for c in rule.constraints if c.attribute.startswith(_TOKEN)), None)
        if asking is not None and action_of(policy) in ("ALLOW", "DENY"):
            selected = selections(mesh).of(policy)
            if selected and selected.workloads and not (selected.others or selected.looks_at_tokens):
                yield _claim(mesh, policy, asking)


def _claim(mesh: MeshGraph, policy: AuthorizationPolicy, asking: Constraint) -> Claim:
    labels = selector_text(policy.selector)
    return Claim(
        policy,
        (asking.values or asking.excluded)[0].path[:-1],
        f"A RequestAuthentication for {labels or 'these workloads'} {ABSENT}, so no request has a token that counts:"
        f" {_effect(action_of(policy), wanted=bool(asking.values))}.",
        fix="Add a RequestAuthentication with the issuer of the tokens, for the same workloads.",
        absent=Missing("RequestAuthentication", labels, RequestAuthentication.KINDS, _where(mesh, policy)),
    )


def _effect(action: str, *, wanted: bool) -> str:
    does = "allows" if action == "ALLOW" else "denies"
    return f"nothing fits this, so it {does} nothing" if wanted else f"this fits every request, which the rule {does}"


def _where(mesh: MeshGraph, policy: AuthorizationPolicy) -> str:
    """The place that must be known whole: one for the mesh, if there is any, is in the root namespace."""
    root = policies(mesh).root
    known = mesh.absence_is_proven(Missing("RequestAuthentication", "", RequestAuthentication.KINDS, root))
    return policy.namespace if known else root
