"""The certificate with which Linkerd signs those of its proxies cannot be used, or soon cannot.

Why: linkerd-identity signs no certificate with an issuer that is not valid or that the trust anchors do not vouch for.
Proxies keep theirs for a day; then every meshed connection fails.

Example:
    kind: Secret
    metadata: {name: linkerd-identity-issuer, namespace: linkerd}
    data: {tls.crt: LS0tLS1CRUdJTi..., tls.key: ...}   # notAfter is over

Fix: make a new issuer from the trust anchor (step certificate create, or cert-manager), put it into the Secret, and
restart linkerd-identity if it does not take it by itself.

Silent when: it is valid for more than 60 days or a third of its time, chains to the trust anchors, and has a key of
ECDSA P-256; the Secret's values are not known. It is a warning while it is still valid.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, MeshGraph, Secret, Severity, analyzer
from meshctl.analysis.api.linkerdlive import (
    algorithm_problem,
    is_signed_by,
    issuer_secret,
    public_part,
    read_certificates,
    trust_roots,
    validity,
)

_FIX = "Sign a new issuer with the trust anchor, put it into the Secret, and see that linkerd-identity takes it."


@analyzer("LKD404", "linkerd-issuer-certificate-invalid", Severity.ERROR, reads=(Secret, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    secret, roots = issuer_secret(mesh), trust_roots(mesh)
    chain = read_certificates(public_part(secret)) if secret else []
    if secret is None or not chain:
        return
    path, issuer = ("metadata", "name"), chain[0]
    judged = validity(issuer, mesh.settings.now)
    if judged:
        yield Claim(
            secret,
            path,
            f"The certificate of Linkerd's issuer {judged.what}: "
            f"{'no proxy gets' if judged.bad else 'from then on no proxy gets'} a certificate any more.",
            fix=_FIX,
            severity=Severity.ERROR if judged.bad else Severity.WARNING,
        )
    if problem := algorithm_problem(issuer, rsa=False):
        yield Claim(secret, path, f"The certificate of Linkerd's issuer {problem}.", fix=_FIX, key=("algorithm",))
    anchors = read_certificates(roots.bundle.encode()) if roots else []
    if roots and anchors and not (judged and judged.bad) and not is_signed_by(issuer, chain[1:], anchors):
        yield Claim(
            secret,
            path,
            f"No trust anchor in ConfigMap {roots.subject.full_name} vouches for the certificate of Linkerd's issuer: "
            "proxies refuse each certificate that it signs.",
            fix="Sign the issuer with an anchor that is in the ConfigMap, or add its anchor there.",
            key=("chain",),
        )
