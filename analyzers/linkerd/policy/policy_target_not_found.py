"""An AuthorizationPolicy of Linkerd is for something that is not there or that no policy can be for.

Why: a policy is for a Server, for an HTTPRoute or GRPCRoute, or for its own namespace. One for anything else lets
nobody in, and those it was written for are refused.

Example:
    kind: AuthorizationPolicy
    spec:
      targetRef:
        kind: Server        # without `group: policy.linkerd.io` this is a kind of Kubernetes itself
        name: web-http

Fix: correct the group, kind or name of targetRef; a policy for a namespace has to be in that namespace.

Silent when: the target is there. Whether a route is attached to a Server is LKD318's question.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Severity, View, analyzer
from meshctl.analysis.api.linkerd import (
    NAMESPACE,
    ROUTE_KINDS,
    SERVER,
    GatewayRoute,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    Reference,
)

_KINDS: tuple[type[View], ...] = (LinkerdServer, GatewayRoute)
_TARGETS = (SERVER, *ROUTE_KINDS)


@analyzer(
    "LKD305",
    "linkerd-policy-target-not-found",
    Severity.ERROR,
    reads=(LinkerdAuthorizationPolicy, *_KINDS),
    absent=_KINDS,
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = {(view.id.kind_key, view.namespace, view.name) for kind in _KINDS for view in mesh.all(kind)}
    names: dict[str, Names] = {}
    for policy in mesh.all(LinkerdAuthorizationPolicy):
        target = policy.target
        if not target.kind.kind:
            continue
        if target.means(NAMESPACE):
            if target.name != policy.namespace:
                yield _another_namespace(policy)
            continue
        kind = next((k for k in _TARGETS if target.means(k)), None)
        if kind is None:
            yield Claim(policy, (*target.path, "kind"), _unfit(target), fix=_remedy(target))
        elif (kind, policy.namespace, target.name) not in known:
            if kind.kind not in names:
                names[kind.kind] = Names(f"{place}/{name}" for k, place, name in known if k == kind)
            full_name = f"{policy.namespace}/{target.name}"
            near = names[kind.kind].nearest(full_name)
            yield Claim(
                policy,
                (*target.path, "name"),
                f"{kind.kind} {full_name} {ABSENT}, so this policy lets nobody in.",
                fix=f"Did you mean {near}?" if near else f"Name a {kind.kind} of this namespace.",
                absent=Missing(kind.kind, full_name, (kind,), policy.namespace),
            )


def _another_namespace(policy: LinkerdAuthorizationPolicy) -> Claim:
    target = policy.target
    return Claim(
        policy,
        (*target.path, "name"),
        f"A policy can be for its own namespace alone, {policy.namespace}: for {target.name} it has no effect.",
        fix=f"Move the policy to {target.name}, or name {policy.namespace}.",
    )


def _unfit(target: Reference) -> str:
    group = f" of {target.kind.group}" if target.kind.group else " without a group"
    return f"A policy cannot be for a {target.kind.kind}{group}, so this one lets nobody in."


def _remedy(target: Reference) -> str:
    meant = next((k for k in _TARGETS if k.kind.lower() == target.kind.kind.lower()), None)
    if meant is None:
        return "Name a Server, an HTTPRoute, a GRPCRoute or the policy's own namespace."
    return f"Add group: {meant.group}." if not target.kind.group else f"Set group: {meant.group}."
