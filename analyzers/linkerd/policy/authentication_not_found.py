"""An AuthorizationPolicy of Linkerd demands an authentication that is not there.

Why: Linkerd ignores a policy as a whole if it cannot resolve one of its requiredAuthenticationRefs. Those it was
written for are refused.

Example:
    kind: AuthorizationPolicy
    spec:
      requiredAuthenticationRefs:
      - group: policy.linkerd.io
        kind: MeshTLSAuthentication
        name: web-clinets   # there is web-clients

Fix: correct the name or the namespace, or add the MeshTLSAuthentication or NetworkAuthentication.

Silent when: it is there. ServiceAccounts are LKD308's.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Names, Severity, View, analyzer
from meshctl.analysis.api.linkerd import (
    LinkerdAuthorizationPolicy,
    MeshTlsAuthentication,
    NetworkAuthentication,
    unresolved,
)

_KINDS: tuple[type[View], ...] = (MeshTlsAuthentication, NetworkAuthentication)


@analyzer(
    "LKD306",
    "linkerd-authentication-not-found",
    Severity.ERROR,
    reads=(LinkerdAuthorizationPolicy, *_KINDS),
    absent=_KINDS,
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names: dict[str, Names] = {}
    for policy in mesh.all(LinkerdAuthorizationPolicy):
        for ref in policy.authentications:
            missing = unresolved(mesh, ref)
            if missing is None:
                continue
            if missing.what not in names:
                names[missing.what] = Names(
                    v.full_name for k in _KINDS for v in mesh.all(k) if v.id.kind == missing.what
                )
            near = names[missing.what].nearest(ref.full_name)
            yield Claim(
                policy,
                (*ref.path, "name"),
                f"{missing} {ABSENT}, so Linkerd ignores this policy as a whole and refuses the clients it was for.",
                fix=f"Did you mean {near}?" if near else f"Add the {missing.what}, or name one that there is.",
                absent=missing,
            )
