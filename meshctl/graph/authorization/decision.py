"""What the AuthorizationPolicies decide about a request.

First those with CUSTOM: where one fits, its provider is asked. Then DENY: one that fits refuses. Then ALLOW: where
there is one for the workload, one must fit. AUDIT decides nothing, nor do policies that are only tried (dry-run).
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from meshctl.graph.authentication import authentication
from meshctl.graph.authorization.enforcers import Called, Enforcer, enforcer_of, in_the_way, rule_fits
from meshctl.graph.authorization.identities import trust_domains
from meshctl.graph.authorization.policies import POLICY_READS, policies_by
from meshctl.graph.authorization.providers import provider_name, provider_problem, skips_tcp
from meshctl.graph.authorization.request import Request, fact_of
from meshctl.graph.authorization.rules import action_of, is_dry_run, rules_of
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import AuthorizationPolicy, RequestAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.model.paths import Path, dotted

DECISION_READS = (*POLICY_READS, RequestAuthentication, Machine, KubernetesGateway)
"""The kinds that `decide` reads."""

Verdict = Literal["allowed", "denied", "depends"]

_NAMED = 3
_RULES: Path = ("spec", "rules")


class Decision(Struct, frozen=True):
    """Whether a request gets in, and why.

    `policy` and `path` are the policy and the field that decided: a rule; where nothing that is allowed fits, the field
    that is in the way of the rule that nearly does. They are None and empty where no single policy decided.
    `considered` are the policies that are enforced for what is called. `missing` are the facts that a verdict `depends`
    on, as a reader names them; `reason` is a sentence.
    """

    verdict: Verdict
    reason: str
    enforcer: Enforcer
    policy: AuthorizationPolicy | None = None
    path: Path = ()
    considered: tuple[AuthorizationPolicy, ...] = ()
    missing: tuple[str, ...] = ()


class _Verdict(NamedTuple):
    """The part of a Decision that the rules make."""

    verdict: Verdict
    reason: str
    policy: AuthorizationPolicy | None = None
    path: Path = ()
    missing: tuple[str, ...] = ()


class _Fit(NamedTuple):
    """A rule that fits, or may fit: then `missing` says what is not known."""

    policy: AuthorizationPolicy
    path: Path
    missing: tuple[str, ...] = ()

    @property
    def unknown(self) -> str:
        """The end of a sentence about what is not known."""
        return f"{' and '.join(self.missing)} {'is' if len(self.missing) == 1 else 'are'} not known"


def decide(
    mesh: MeshGraph, called: Called, request: Request, service: Service | ServiceEntry | None = None
) -> Decision:
    """What the policies that are enforced for a workload, gateway or waypoint decide about a request.

    At a waypoint, `service` is the one on the way to which the request is. The verdict is `allowed` or `denied` only
    where it is so whatever the facts are that the request does not tell.
    """
    enforcer = enforcer_of(mesh, called)
    applied = policies_by(mesh, called, enforcer, service)
    if enforcer == "nobody":
        return Decision("allowed", f"{called.id} has no proxy, so nobody enforces policies for it.", enforcer)
    if isinstance(called, Workload) and request.request_principal is None and not authentication(mesh).covers(called):
        # Nobody looks at tokens where no RequestAuthentication asks for it.
        request = request.without_token()
    found = _verdict(mesh, applied, request, enforcer)
    if enforcer == "unknown" and found.verdict == "denied":
        missing = f"whether {called.id} gets a proxy"
        reason = f"{found.reason[:-1]}, but {missing} is not known."
        found = found._replace(verdict="depends", reason=reason, missing=(missing,))
    return Decision(
        found.verdict, found.reason, enforcer, found.policy, found.path, considered=applied, missing=found.missing
    )


def _verdict(mesh: MeshGraph, applied: Iterable[AuthorizationPolicy], request: Request, enforcer: Enforcer) -> _Verdict:
    enforced = [policy for policy in applied if not is_dry_run(policy)]
    allowing, denying, custom = (
        [policy for policy in enforced if action_of(policy) == action] for action in ("ALLOW", "DENY", "CUSTOM")
    )
    if enforcer == "ztunnel":
        custom = []
    elif not request.http:
        custom = [policy for policy in custom if not skips_tcp(mesh, policy)]
    asking, refusing, admitting = (_fits(mesh, those, request, enforcer) for those in (custom, denying, allowing))
    for fit in asking:
        if not fit.missing and (problem := provider_problem(mesh, fit.policy)):
            because = f"its provider {provider_name(fit.policy)} {problem}"
            return _Verdict("denied", f"{fit.policy.id} denies it: {dotted(fit.path)} fits, and {because}.", *fit[:2])
    if sure := _sure(refusing):
        return _Verdict("denied", f"{sure.policy.id} denies it: {dotted(sure.path)} fits.", *sure[:2])
    if allowing and not admitting:
        return _admitted_by_none(mesh, allowing, request, enforcer)
    if asking:
        return _asked(asking[0])
    if refusing:
        fit = refusing[0]
        return _Verdict("depends", f"{fit.policy.id} denies it if {dotted(fit.path)} fits: {fit.unknown}.", *fit)
    if not allowing:
        return _nothing_against(enforced)
    if sure := _sure(admitting):
        return _Verdict("allowed", f"{sure.policy.id} allows it: {dotted(sure.path)} fits.", *sure[:2])
    fit = admitting[0]
    return _Verdict("depends", f"{fit.policy.id} allows it only if {dotted(fit.path)} fits: {fit.unknown}.", *fit)


def _fits(mesh: MeshGraph, those: Iterable[AuthorizationPolicy], request: Request, enforcer: Enforcer) -> list[_Fit]:
    found = []
    domains = _domains(mesh, enforcer)
    for policy in those:
        for rule in rules_of(mesh, policy):
            answer = rule_fits(rule, action_of(policy), request, domains, enforcer)
            if answer is not False:
                found.append(_Fit(policy, rule.path, () if answer is True else answer))
    return found


def _domains(mesh: MeshGraph, enforcer: Enforcer) -> tuple[str, ...]:
    return () if enforcer == "ztunnel" else trust_domains(mesh)


def _sure(fits: Sequence[_Fit]) -> _Fit | None:
    return next((fit for fit in fits if not fit.missing), None)


def _asked(fit: _Fit) -> _Verdict:
    provider = provider_name(fit.policy)
    if fit.missing:
        return _Verdict("depends", f"{fit.policy.id} asks {provider} if {dotted(fit.path)} fits: {fit.unknown}.", *fit)
    reason = f"{fit.policy.id} asks {provider}, which decides: {dotted(fit.path)} fits."
    return _Verdict("depends", reason, *fit[:2], (f"the answer of {provider}",))


def _nothing_against(enforced: Sequence[AuthorizationPolicy]) -> _Verdict:
    if not enforced:
        return _Verdict("allowed", "No AuthorizationPolicy is for it, so everything is allowed.")
    return _Verdict("allowed", "No rule that denies fits, and no policy says what is allowed.")


def _admitted_by_none(
    mesh: MeshGraph, allowing: Sequence[AuthorizationPolicy], request: Request, enforcer: Enforcer
) -> _Verdict:
    """Nothing that is allowed fits: the field that is most in the way of the rule that nearly does."""
    only = allowing[0] if len(allowing) == 1 else None
    if only is not None and not only.spec.get("rules"):
        return _Verdict("denied", f"{only.id} allows nothing, as it has no rules.", only, ("spec",))
    begin = f"{only.id} does not allow it" if only else f"None of {len(allowing)} policies allows it"
    misses = [
        (len(found), policy, found[0])
        for policy in allowing
        for rule in rules_of(mesh, policy)
        if (found := in_the_way(rule, request, _domains(mesh, enforcer), enforcer))
    ]
    if not misses:
        return _Verdict("denied", f"{begin}.", only, _RULES if only else ())
    _, policy, constraint = min(misses, key=lambda miss: miss[0])
    values = constraint.values or constraint.excluded
    field = values[0].path[:-1]
    named = ", ".join(value.text for value in values[:_NAMED]) + (", ..." if len(values) > _NAMED else "")
    where = f"{dotted(field)} ({named})"
    if enforcer == "ztunnel" and constraint.needs_http:
        why = f"ztunnel does not know {where}"
    elif constraint.needs_http and not request.http:
        why = f"only HTTP fits {where}"
    elif constraint.needs_identity and constraint.values and request.principal == "":
        why = f"the caller has no identity, as {where} wants"
    elif constraint.excluded:
        why = f"{fact_of(constraint.attribute)} is excluded by {where}"
    else:
        why = f"{fact_of(constraint.attribute)} does not fit {where}"
    nearest = "" if only else f"; {policy.id} nearly does"
    return _Verdict("denied", f"{begin}{nearest}: {why}.", policy, field)
