"""A Gateway is to check the certificates of clients, and the authority to check them by does not exist.

Why: without it the listener is not opened, or takes no client at all.

Example:
    kind: Gateway
    spec:
      tls:
        frontend:
          default: {validation: {caCertificateRefs: [{kind: ConfigMap, group: "", name: clients-ca}]}}

Fix: create the ConfigMap or Secret with the certificate of the authority as `ca.crt`.

Silent when: it exists and has `ca.crt`; or a Certificate, ExternalSecret, SealedSecret or Bundle makes it; or no grant
allows it, which is GWA401. In files it is only a note unless others of its kind are there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, ConfigMap, MeshGraph, Missing, Secret, SecretMaker, Severity, analyzer
from meshctl.analysis.api.gatewayapi import BackendTlsPolicy, ListenerOwner, ReferenceGrant, TrustBundle, authorities


@analyzer(
    "GWA105",
    "listener-client-authority-missing",
    Severity.ERROR,
    reads=(BackendTlsPolicy, ListenerOwner, ConfigMap, Secret, SecretMaker, TrustBundle, ReferenceGrant),
    absent=(ConfigMap, Secret),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for authority in authorities(mesh):
        if authority.complete or authority.made or not authority.permitted:
            continue
        if not isinstance(authority.subject, ListenerOwner):
            continue
        lacking = Missing("authority", str(authority), (authority.kind,), authority.namespace, elsewhere=True)
        yield Claim(
            authority.subject,
            (*authority.path, "name"),
            f"{authority} has no ca.crt: clients cannot be checked."
            if authority.found
            else f"{authority} {ABSENT}: clients cannot be checked by it.",
            fix=f"Put the certificate of the authority into {authority} as ca.crt.",
            absent=None if authority.found else lacking,
        )
