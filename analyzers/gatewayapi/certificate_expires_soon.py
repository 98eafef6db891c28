"""The certificate of a listener of the Gateway API expires within 30 days.

Why: from then on clients refuse every TLS connection to its hosts. What renews certificates by itself does so earlier:
30 days before the end something is stuck, or nobody does it.

Example:
    kind: Secret
    metadata: {name: shop-cert, namespace: gateways}
    type: kubernetes.io/tls
    data: {tls.crt: LS0tLS1CRUdJTi..., tls.key: LS0tLS1CRUdJTi...}

Fix: renew the certificate and put it into the Secret, or find out why cert-manager does not.

Silent when: it is valid for longer, or for more than a third of its whole validity, as those are that are renewed every
day; or it has expired already, which has a finding of its own.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Secret, SecretMaker, Severity, analyzer, ends_soon
from meshctl.analysis.api.gatewayapi import ListenerOwner, ReferenceGrant, listener_certificates, listener_key_pairs


@analyzer(
    "GWA105",
    "listener-certificate-expires-soon",
    Severity.WARNING,
    reads=(ListenerOwner, Secret, SecretMaker, ReferenceGrant),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    pairs = listener_key_pairs(mesh)
    told = set[Secret]()
    for use in listener_certificates(mesh):
        secret = use.secret
        pair = pairs.get(secret.id) if secret else None
        if secret is None or secret in told or pair is None or pair.flaw or not ends_soon(pair, mesh.settings.now):
            continue
        told.add(secret)
        yield Claim(
            secret,
            ("metadata", "name"),
            f"The certificate that listener {use.listener.where} of {use.owner.id} presents expires on"
            f" {pair.ends:%Y-%m-%d}: from then on clients refuse to connect.",
            fix="Renew the certificate and put it into the Secret, or find out why it is not renewed by itself.",
            related=(Also(use.owner, use.path, "presents the certificate"),),
        )
