"""A server of a Gateway takes its certificate from a Secret that does not exist.

Why: the pods of the gateway read the Secret from their own namespace. Without it the listener is not opened, and TLS
connections to its hosts are reset.

Example:
    kind: Gateway
    metadata: {namespace: shop}
    spec:
      selector: {istio: ingressgateway}   # the pods are in istio-system
      servers:
      - tls: {mode: SIMPLE, credentialName: shop-cert}   # the Secret is in shop

Fix: create the Secret in the namespace of the gateway's pods. A Secret without the authority that the mode MUTUAL needs
is MSH415.

Silent when: the Secret is in one of the namespaces of the pods, a Certificate, ExternalSecret or SealedSecret makes it,
no pod of the gateway is known, or the certificate is from elsewhere (`sds://`, files). Secrets are seldom in
repositories: in files it is only a note unless other Secrets of the namespace are there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    CredentialUse,
    Gateway,
    MeshGraph,
    Missing,
    Secret,
    SecretMaker,
    Severity,
    Workload,
    analyzer,
    credential_uses,
    secret_names,
)


@analyzer(
    "IST0101",
    "gateway-credential-not-found",
    Severity.ERROR,
    reads=(Gateway, Workload, Secret, SecretMaker),
    absent=(Secret, SecretMaker),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in credential_uses(mesh):
        if not use.secrets and not use.made:
            yield _without_secret(mesh, use)


def _without_secret(mesh: MeshGraph, use: CredentialUse) -> Claim:
    wanted = [f"{namespace}/{use.name}" for namespace in use.namespaces]
    return Claim(
        use.gateway,
        use.path,
        f"Secret {' or '.join(wanted)} {ABSENT}. The pods of this gateway read their certificate from it, and "
        "without one TLS connections fail.",
        fix=secret_names(mesh).meant(wanted[0], "") or f"Create the Secret in namespace {use.namespaces[0]}.",
        absent=Missing("secret", wanted[0], (*Secret.KINDS, *SecretMaker.KINDS), use.namespaces[0], elsewhere=True),
    )
