"""A policy of Linkerd lets in a ServiceAccount that nobody runs as.

Why: clients are known by the ServiceAccount of their pods. Where the name, the namespace, the namespace of Linkerd or
the trust domain in an identity is wrong, the clients that are meant are refused.

Example:
    kind: MeshTLSAuthentication
    spec:
      identities:
      - wep.shop.serviceaccount.identity.linkerd.cluster.local   # pods run as web

Fix: write the ServiceAccount of the clients; of one in another namespace, that namespace too.

Silent when: the ServiceAccount is in the input or a workload runs as it; the identity has a wildcard, or is no name of
Linkerd's (SPIFFE, an ExternalWorkload); or the policy is one of an extension of Linkerd, which may name another
extension that is not installed.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    MeshGraph,
    Missing,
    Namespace,
    Severity,
    Workload,
    analyzer,
    known_namespaces,
)
from meshctl.analysis.api.linkerd import (
    IdentityUse,
    LinkerdAuthorizationPolicy,
    MeshTlsAuthentication,
    RateLimit,
    ServerAuthorization,
    ServiceAccount,
    accounts,
    identity_uses,
    is_linkerds_own,
    linkerd_config_map,
    linkerd_namespace,
    trust_domain,
)


@analyzer(
    "LKD308",
    "linkerd-identity-unknown",
    Severity.WARNING,
    reads=(
        MeshTlsAuthentication,
        LinkerdAuthorizationPolicy,
        ServerAuthorization,
        RateLimit,
        ServiceAccount,
        Workload,
        Namespace,
        ConfigMap,
    ),
    absent=(ServiceAccount, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in identity_uses(mesh):
        if is_linkerds_own(use.subject):
            continue
        yield from _of_another_mesh(mesh, use)
        if not known_namespaces(mesh).has(use.namespace):
            near = known_namespaces(mesh).nearest(use.namespace)
            yield Claim(
                use.subject,
                use.path,
                f"Namespace {use.namespace} {ABSENT}, so no client has this identity.",
                fix=f"Did you mean {near}?" if near else "Correct the namespace, or remove the entry.",
                absent=Missing("Namespace", use.namespace, Namespace.KINDS),
            )
        elif use.account and not accounts(mesh).has(use.namespace, use.account):
            name = f"{use.namespace}/{use.account}"
            meant = accounts(mesh).nearest(use.namespace, use.account)
            yield Claim(
                use.subject,
                use.path,
                f"ServiceAccount {name} {ABSENT} and no workload runs as it, so no client has this identity.",
                fix=f"Did you mean {meant}?" if meant else "Write the ServiceAccount that the clients run as.",
                absent=Missing("ServiceAccount", name, ServiceAccount.KINDS, use.namespace),
            )


def _of_another_mesh(mesh: MeshGraph, use: IdentityUse) -> Iterator[Claim]:
    if not use.mesh or linkerd_config_map(mesh) is None:
        return
    here = f"{linkerd_namespace(mesh)}.{trust_domain(mesh)}"
    if f"{use.mesh}.{use.domain}" != here:
        yield Claim(
            use.subject,
            use.path,
            f"This identity is one of {use.mesh}.{use.domain}, while those of this mesh end in identity.{here}: no"
            " client of it has this one.",
            fix=f"Write {use.account}.{use.namespace}.serviceaccount.identity.{here}.",
            key=("mesh",),
        )
