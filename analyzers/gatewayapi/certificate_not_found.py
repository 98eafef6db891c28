"""A listener of the Gateway API takes its certificate from a Secret that does not exist.

Why: without a certificate the listener is not opened (`InvalidCertificateRef`): TLS connections to its hosts are
refused or reset, also where other listeners of the Gateway work.

Example:
    kind: Gateway
    metadata: {namespace: gateways}
    spec:
      listeners:
      - name: https
        tls: {certificateRefs: [{name: shop-cert}]}   # the Secret is in namespace shop

Fix: create the Secret in the namespace of the Gateway, or name another namespace, which then needs a ReferenceGrant.

Silent when: the Secret exists; a Certificate, ExternalSecret or SealedSecret makes it, or cert-manager because of an
annotation of the Gateway; or no grant allows it, which is GWA401. Secrets are seldom in repositories: in files it is
only a note unless other Secrets of the namespace are there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    MeshGraph,
    Missing,
    Secret,
    SecretMaker,
    Severity,
    analyzer,
    secret_names,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, ReferenceGrant, listener_certificates


@analyzer(
    "GWA105",
    "listener-certificate-not-found",
    Severity.ERROR,
    reads=(ListenerOwner, Secret, SecretMaker, ReferenceGrant),
    absent=(Secret,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in listener_certificates(mesh):
        if use.secret or use.made or not use.permitted:
            continue
        yield Claim(
            use.owner,
            (*use.path, "name"),
            f"Secret {use.full_name} {ABSENT}: listener {use.listener.where} is not opened without its certificate.",
            fix=secret_names(mesh).meant(use.full_name, use.owner.namespace) or f"Create Secret {use.full_name}.",
            absent=Missing("secret", use.full_name, Secret.KINDS, use.namespace, elsewhere=True),
        )
