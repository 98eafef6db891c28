"""The certificate of a gateway expires within 30 days.

Why: from then on clients refuse every TLS connection to its hosts. What renews certificates by itself does so earlier:
30 days before the end something is stuck, or nobody does it.

Example:
    kind: Secret
    metadata: {name: shop-cert, namespace: istio-system}
    type: kubernetes.io/tls
    data: {tls.crt: LS0tLS1CRUdJTi..., tls.key: LS0tLS1CRUdJTi...}

Fix: renew the certificate and put it into the Secret, or find out why cert-manager does not.

Silent when: it is valid for longer, or for more than a third of its whole validity, as those are that are renewed every
day; it has expired already, which has a finding of its own; or no Gateway uses the Secret.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    CredentialUse,
    Gateway,
    MeshGraph,
    Secret,
    SecretMaker,
    Severity,
    Workload,
    analyzer,
    credential_uses,
    ends_soon,
    gateway_key_pairs,
)


@analyzer(
    "MSH404", "gateway-certificate-expires-soon", Severity.WARNING, reads=(Gateway, Workload, Secret, SecretMaker)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    users: dict[Secret, list[CredentialUse]] = defaultdict(list)
    for use in credential_uses(mesh):
        for secret in use.secrets:
            users[secret].append(use)
    for secret, uses in users.items():
        pair = gateway_key_pairs(mesh).get(secret.id)
        if pair and not pair.flaw and ends_soon(pair, mesh.settings.now):
            first = min(uses, key=lambda use: use.gateway.id)
            yield Claim(
                secret,
                ("metadata", "name"),
                f"The certificate that Gateway {first.gateway.full_name} presents expires on {pair.ends:%Y-%m-%d}: "
                "from then on clients refuse to connect.",
                fix="Renew the certificate and put it into the Secret, or find out why it is not renewed by itself.",
                related=tuple(Also(use.gateway, use.path, "presents the certificate") for use in uses[:5]),
            )
