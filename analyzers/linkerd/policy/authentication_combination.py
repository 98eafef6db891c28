"""A policy of Linkerd demands what cannot be demanded, or not together.

Why: an AuthorizationPolicy takes at most one authentication by mTLS (a MeshTLSAuthentication or a ServiceAccount) and
one by network; a ServerAuthorization is either for unauthenticated clients or for those with mTLS. Linkerd's webhook
refuses others, and where it did not see them, the policy is ignored. Identities are of ServiceAccounts and Namespaces.

Example:
    kind: AuthorizationPolicy
    spec:
      requiredAuthenticationRefs:
      - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
      - {kind: ServiceAccount, name: batch}   # they would have to be both

Fix: list all identities in one MeshTLSAuthentication, or make a policy of its own for each.

Silent when: there is one of each at most.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Path, Severity, analyzer
from meshctl.analysis.api.linkerd import (
    MESH_TLS,
    NAMESPACE,
    NETWORK,
    SERVICE_ACCOUNT,
    LinkerdAuthorizationPolicy,
    MeshTlsAuthentication,
    Reference,
    ServerAuthorization,
)


@analyzer(
    "LKD307",
    "linkerd-authentication-combination",
    Severity.ERROR,
    reads=(LinkerdAuthorizationPolicy, ServerAuthorization, MeshTlsAuthentication),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy in mesh.all(LinkerdAuthorizationPolicy):
        by_tls = [r for r in policy.authentications if r.means(MESH_TLS) or r.means(SERVICE_ACCOUNT)]
        by_network = [r for r in policy.authentications if r.means(NETWORK)]
        for ref in policy.authentications:
            if ref.kind.kind and not any(ref.means(kind) for kind in (MESH_TLS, NETWORK, SERVICE_ACCOUNT)):
                yield Claim(policy, (*ref.path, "kind"), _unfit(ref), fix=_remedy(ref))
        for ref in by_tls[1:]:
            yield Claim(
                policy,
                (*ref.path, "name"),
                "A policy can demand one authentication by mTLS: Linkerd does not accept a second one.",
                fix="List all identities in one MeshTLSAuthentication, or make two policies.",
            )
        for ref in by_network[1:]:
            yield Claim(
                policy,
                (*ref.path, "name"),
                "A policy can demand one NetworkAuthentication: Linkerd does not accept a second one.",
                fix="List all networks in one NetworkAuthentication, or make two policies.",
            )
    for authorization in mesh.all(ServerAuthorization):
        yield from _of_older(authorization)
    for authentication in mesh.all(MeshTlsAuthentication):
        yield from _of_identities(authentication)


def _of_older(authorization: ServerAuthorization) -> Iterator[Claim]:
    client: Path = ("spec", "client")
    if authorization.client.get("unauthenticated") is True and authorization.mesh_tls:
        yield Claim(
            authorization,
            (*client, "unauthenticated"),
            "It is for unauthenticated clients or for those with mTLS: Linkerd does not accept both at once.",
            fix="Remove unauthenticated, or meshTLS.",
        )
    named = [field for field in ("identities", "serviceAccounts") if authorization.mesh_tls.get(field)]
    if authorization.mesh_tls.get("unauthenticatedTLS") is True and named:
        yield Claim(
            authorization,
            (*client, "meshTLS", "unauthenticatedTLS"),
            f"unauthenticatedTLS is for clients without an identity: Linkerd does not accept it beside {named[0]}.",
            fix=f"Remove unauthenticatedTLS, or {named[0]}.",
        )


def _of_identities(authentication: MeshTlsAuthentication) -> Iterator[Claim]:
    for ref in authentication.references:
        if ref.means(NAMESPACE) and ref.placed:
            yield Claim(
                authentication,
                (*ref.path, "namespace"),
                "A reference to a Namespace is in no namespace: Linkerd does not accept it.",
                fix="Remove the field: the name alone says which namespace is meant.",
            )
        elif ref.kind.kind and not ref.means(NAMESPACE) and not ref.means(SERVICE_ACCOUNT):
            yield Claim(
                authentication,
                (*ref.path, "kind"),
                f"A {ref.kind.kind}{f' of {ref.kind.group}' if ref.kind.group else ''} has no identity: Linkerd does"
                " not accept it here.",
                fix="Name a ServiceAccount or a Namespace.",
            )


def _unfit(ref: Reference) -> str:
    group = f" of {ref.kind.group}" if ref.kind.group else " without a group"
    return f"A policy cannot demand a {ref.kind.kind}{group}, so Linkerd does not accept it."


def _remedy(ref: Reference) -> str:
    for kind in (MESH_TLS, NETWORK):
        if ref.kind.kind.lower() == kind.kind.lower():
            return f"Add group: {kind.group}." if not ref.kind.group else f"Set group: {kind.group}."
    if ref.kind.kind.lower() == "serviceaccount":
        return "Leave out the group: a ServiceAccount is of Kubernetes itself."
    return "Name a MeshTLSAuthentication, a NetworkAuthentication or a ServiceAccount."
