"""The Secret of a gateway's certificate cannot be used.

Why: a proxy refuses a certificate that it cannot read, so the listener is not opened; clients refuse one that has
expired or is not valid yet.

Example:
    kind: Secret
    metadata: {name: shop-cert, namespace: istio-system}
    data: {tls.cert: LS0tLS1CRUdJTi..., tls.key: LS0tLS1CRUdJTi...}   # it is called tls.crt

Fix: make it anew from certificate and key: `kubectl create secret tls NAME --cert=FILE --key=FILE`.

Silent when: the Secret has a certificate in PEM that is valid today, and a key, as `tls.crt` and `tls.key` or as `cert`
and `key`; its values are encrypted (SOPS) or filled in later. Only the first certificate of a chain is looked at. That
the key does not belong to it is MSH402.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    Gateway,
    MeshGraph,
    Secret,
    SecretMaker,
    Severity,
    Workload,
    analyzer,
    credential_uses,
    gateway_key_pairs,
)


@analyzer("IST0161", "gateway-credential-invalid", Severity.ERROR, reads=(Gateway, Workload, Secret, SecretMaker))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    pairs = gateway_key_pairs(mesh)
    for use in credential_uses(mesh):
        for secret in use.secrets:
            if (pair := pairs.get(secret.id)) and pair.flaw and not pair.of_key:
                yield Claim(
                    use.gateway,
                    use.path,
                    f"Secret {secret.full_name} cannot be used for TLS. {pair.flaw}.",
                    fix="Make it anew from certificate and key: kubectl create secret tls NAME --cert=FILE --key=FILE.",
                    related=(Also(secret, ("metadata", "name"), "the Secret"),),
                    key=(secret.full_name,),
                )
