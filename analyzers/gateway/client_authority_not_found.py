"""A server of a Gateway demands certificates of its clients, and the authority to check them by does not exist.

Why: with the mode MUTUAL the gateway needs the certificate of the authority beside its own. Without it the listener is
not opened, and TLS connections to its hosts are reset.

Example:
    kind: Gateway
    spec:
      selector: {istio: ingressgateway}
      servers:
      - tls: {mode: MUTUAL, credentialName: shop-cert}   # the Secret has tls.crt and tls.key alone

Fix: put the certificate of the authority into the Secret, as `ca.crt`, or into a second Secret of that name with
`-cacert` after it.

Silent when: the Secret itself is not known, which is IST0101; one of the two has it, or is made by somebody else.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    Gateway,
    MeshGraph,
    Missing,
    Secret,
    SecretMaker,
    Severity,
    Workload,
    analyzer,
    credential_uses,
)


@analyzer(
    "MSH415",
    "gateway-client-authority-not-found",
    Severity.ERROR,
    reads=(Gateway, Workload, Secret, SecretMaker),
    absent=(Secret, SecretMaker),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in credential_uses(mesh):
        if not use.secrets or not use.lacks_ca:
            continue
        secret, kinds = use.secrets[0], (*Secret.KINDS, *SecretMaker.KINDS)
        yield Claim(
            use.gateway,
            use.path,
            f"Clients have to show certificates, but the authority for them {ABSENT}: Secret {secret.full_name} has no "
            f"ca.crt, and there is no Secret {use.name}-cacert.",
            fix=f"Put ca.crt into the Secret, or create the Secret {secret.full_name}-cacert with it.",
            absent=Missing("authority", f"{secret.full_name}-cacert", kinds, use.namespaces[0], elsewhere=True),
        )
