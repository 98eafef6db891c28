"""A trust anchor of Linkerd has expired, does so soon, or has a key that Linkerd cannot use.

Why: every meshed connection is checked against the trust anchors. When the one that signed the issuer ends, all of them
fail at once, and pods have to be restarted to learn of a new one: an anchor is replaced in three steps that take days.

Example:
    kind: ConfigMap
    metadata: {name: linkerd-identity-trust-roots, namespace: linkerd}
    data: {ca-bundle.crt: "-----BEGIN CERTIFICATE-----..."}   # notAfter is over

Fix: add a new anchor to the bundle, restart the workloads, sign a new issuer with it, and then take the old one out.

Silent when: all anchors are valid for more than 60 days or a third of their time. An expired one beside a valid one is
a warning: it was forgotten.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, MeshGraph, Severity, analyzer
from meshctl.analysis.api.linkerdlive import algorithm_problem, read_certificates, trust_roots, validity

_FIX = "Add a new anchor to the bundle and restart the workloads, then sign a new issuer, then take the old one out."


@analyzer("LKD405", "linkerd-trust-anchor-invalid", Severity.ERROR, reads=(ConfigMap,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    roots = trust_roots(mesh)
    if roots is None:
        return
    path = ("data", roots.key)
    anchors = read_certificates(roots.bundle.encode())
    if not anchors and roots.bundle.strip():
        yield Claim(roots.subject, path, "The trust anchors of Linkerd are no certificates in PEM.", fix=_FIX)
    judged = [(anchor, validity(anchor, mesh.settings.now)) for anchor in anchors]
    others = any(found is None or not found.bad for _, found in judged)
    for anchor, found in judged:
        name = anchor.subject.rfc4514_string() or f"number {anchor.serial_number}"
        if found:
            yield Claim(
                roots.subject,
                path,
                f"The trust anchor {name} {found.what}: "
                + (
                    "beside a valid one it is of no use any more."
                    if found.bad and others
                    else f"without it no meshed connection {'works' if found.bad else 'works from then on'}."
                ),
                fix="Take it out of the bundle." if found.bad and others else _FIX,
                severity=Severity.ERROR if found.bad and not others else Severity.WARNING,
                key=(str(anchor.serial_number),),
            )
        if problem := algorithm_problem(anchor, rsa=True):
            yield Claim(
                roots.subject,
                path,
                f"The trust anchor {name} {problem}: proxies do not take it.",
                fix=_FIX,
                key=("algorithm", str(anchor.serial_number)),
            )
