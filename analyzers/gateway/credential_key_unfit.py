"""The private key in the Secret of a gateway's certificate is not that of the certificate.

Why: a proxy refuses a certificate whose key does not fit, so the listener is not opened. It happens where one of
the two was renewed without the other.

Example:
    kind: Secret
    metadata: {name: shop-cert, namespace: istio-system}
    data: {tls.crt: LS0tLS1CRUdJTi..., tls.key: LS0tLS1CRUdJTi...}   # from two different requests

Fix: make it anew from certificate and key: `kubectl create secret tls NAME --cert=FILE --key=FILE`.

Silent when: the key belongs to the certificate; the certificate itself cannot be used, which is IST0161; the values are
encrypted (SOPS) or filled in later.
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


@analyzer("MSH402", "gateway-credential-key-unfit", Severity.ERROR, reads=(Gateway, Workload, Secret, SecretMaker))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    pairs = gateway_key_pairs(mesh)
    for use in credential_uses(mesh):
        for secret in use.secrets:
            if (pair := pairs.get(secret.id)) and pair.of_key:
                yield Claim(
                    use.gateway,
                    use.path,
                    f"The key in Secret {secret.full_name} cannot be used for TLS. {pair.flaw}.",
                    fix="Make it anew from certificate and key: kubectl create secret tls NAME --cert=FILE --key=FILE.",
                    related=(Also(secret, ("metadata", "name"), "the Secret"),),
                    key=(secret.full_name,),
                )
