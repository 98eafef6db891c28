"""A BackendTLSPolicy checks backends by an authority that does not exist.

Why: a Gateway that cannot check a backend does not talk to it: every request to the Services of the policy gets a
5xx. The controller reports `NoValidCACertificate`.

Example:
    kind: BackendTLSPolicy
    spec:
      targetRefs: [{group: "", kind: Service, name: payments}]
      validation:
        hostname: payments.example.com
        caCertificateRefs: [{group: "", kind: ConfigMap, name: payments-ca}]

Fix: create the ConfigMap in the namespace of the policy, with the certificate of the authority as `ca.crt`.

Silent when: it exists and has `ca.crt`; or a Certificate, ExternalSecret, SealedSecret or Bundle makes it; or the
policy trusts the system's authorities. In files it is only a note unless others of its kind are there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, ConfigMap, MeshGraph, Missing, Secret, SecretMaker, Severity, analyzer
from meshctl.analysis.api.gatewayapi import BackendTlsPolicy, ListenerOwner, ReferenceGrant, TrustBundle, authorities


@analyzer(
    "GWA308",
    "backend-tls-policy-authority-missing",
    Severity.ERROR,
    reads=(BackendTlsPolicy, ListenerOwner, ConfigMap, Secret, SecretMaker, TrustBundle, ReferenceGrant),
    absent=(ConfigMap, Secret),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for authority in authorities(mesh):
        if authority.complete or authority.made or not isinstance(authority.subject, BackendTlsPolicy):
            continue
        lacking = Missing("authority", str(authority), (authority.kind,), authority.namespace, elsewhere=True)
        yield Claim(
            authority.subject,
            (*authority.path, "name"),
            f"{authority} has no ca.crt: no backend of the policy can be checked, and requests to them fail."
            if authority.found
            else f"{authority} {ABSENT}: no backend of the policy can be checked, and requests to them fail.",
            fix=f"Put the certificate of the authority into {authority} as ca.crt.",
            absent=None if authority.found else lacking,
        )
