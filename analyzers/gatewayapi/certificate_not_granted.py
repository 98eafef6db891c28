"""A listener takes a certificate from another namespace that has not granted it.

Why: a namespace has to say who may use its Secrets. Without a ReferenceGrant there the controller reports
`RefNotPermitted` and does not open the listener: TLS connections to its hosts are refused.

Example:
    kind: Gateway
    metadata: {namespace: gateways}
    spec:
      listeners:
      - name: https
        tls: {certificateRefs: [{name: shop-cert, namespace: certificates}]}

Fix: create a ReferenceGrant in the namespace of the Secret, `from` the kind and namespace of the Gateway and `to` kind
Secret of the empty group; or put the Secret into the namespace of the Gateway.

Silent when: a grant allows it, or the Secret or ConfigMap is in the namespace of the Gateway.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, ConfigMap, MeshGraph, Path, Secret, SecretMaker, Severity, analyzer
from meshctl.analysis.api.gatewayapi import (
    BackendTlsPolicy,
    ListenerOwner,
    ReferenceGrant,
    TrustBundle,
    authorities,
    listener_certificates,
    missing_grant,
)


@analyzer(
    "GWA401",
    "listener-certificate-not-granted",
    Severity.ERROR,
    reads=(ListenerOwner, BackendTlsPolicy, ConfigMap, Secret, SecretMaker, TrustBundle, ReferenceGrant),
    absent=(ReferenceGrant,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in listener_certificates(mesh):
        if not use.permitted:
            yield _claim(use.owner, use.path, "Secret", use.namespace, use.name)
    for authority in authorities(mesh):
        if not authority.permitted and isinstance(authority.subject, ListenerOwner):
            yield _claim(authority.subject, authority.path, authority.kind.kind, authority.namespace, authority.name)


def _claim(owner: ListenerOwner, path: Path, kind: str, namespace: str, name: str) -> Claim:
    return Claim(
        owner,
        (*path, "namespace"),
        f"A ReferenceGrant that lets a {owner.id.kind} of namespace {owner.namespace} refer to"
        f" {kind} {namespace}/{name} {ABSENT}: the listener is not opened.",
        fix=f"Create a ReferenceGrant in namespace {namespace}, from {owner.id.kind} of namespace {owner.namespace} to"
        f" {kind}.",
        absent=missing_grant(namespace, name),
    )
