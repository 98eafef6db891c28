"""A listener of the Gateway API takes its certificate from a Secret that cannot be used for TLS.

Why: a controller refuses a certificate that it cannot read or whose key does not fit, so the listener is not opened;
clients refuse one that has expired or is not valid yet.

Example:
    kind: Secret
    metadata: {name: shop-cert, namespace: gateways}
    data: {tls.cert: LS0tLS1CRUdJTi..., tls.key: LS0tLS1CRUdJTi...}   # it is called tls.crt

Fix: make it anew from certificate and key: `kubectl create secret tls NAME --cert=FILE --key=FILE`.

Silent when: the Secret has a certificate in PEM that is valid today and the key that belongs to it; or its values are
encrypted (SOPS) or filled in later. Only the first certificate of a chain is looked at.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Secret, SecretMaker, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ListenerOwner, ReferenceGrant, listener_certificates, listener_key_pairs


@analyzer(
    "GWA105",
    "listener-certificate-invalid",
    Severity.ERROR,
    reads=(ListenerOwner, Secret, SecretMaker, ReferenceGrant),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    pairs = listener_key_pairs(mesh)
    for use in listener_certificates(mesh):
        pair = pairs.get(use.secret.id) if use.secret else None
        if use.secret and pair and pair.flaw:
            yield Claim(
                use.owner,
                (*use.path, "name"),
                f"Secret {use.full_name} cannot be used for TLS. {pair.flaw}.",
                fix="Make it anew from certificate and key: kubectl create secret tls NAME --cert=FILE --key=FILE.",
                related=(Also(use.secret, ("metadata", "name"), "the Secret"),),
            )
