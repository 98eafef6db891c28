"""An AuthorizationPolicy asks for the identity of callers at pods where no caller has one.

Why: only mutual TLS proves who calls. Where it is switched off, or no client uses it, callers are nobody: a rule that
names principals, namespaces or service accounts fits no request, and one that excludes some fits them all. ALLOW then
refuses every request (403), or lets everybody in; DENY stops nobody, or everybody.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: DISABLE}}
    ---
    kind: AuthorizationPolicy
    metadata: {name: web, namespace: shop}
    spec:
      rules:
      - from: [{source: {namespaces: [edge]}}]

Fix: let the pods take mutual TLS, with STRICT where policies rely on it; or decide by what needs no identity, such as
ipBlocks.

A warning where only some of the selected pods are so, and where it is the clients that use no mutual TLS: one that is
not known here may.

Silent when: some client may use mutual TLS, as by default (PERMISSIVE and enableAutoMtls); the pods have no proxy, are
a gateway or in ambient mode; the policy names its targets.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    AuthorizationPolicy,
    Claim,
    MeshGraph,
    PeerAuthentication,
    Severity,
    analyzer,
    text,
)
from meshctl.analysis.api.mtls import READS, Unidentified, unidentified_callers

_FITS_NOBODY = {"ALLOW": "lets nobody in: requests get a 403", "DENY": "stops nobody", "AUDIT": "notes nobody"}
_FITS_ALL = {"ALLOW": "lets everybody in", "DENY": "stops everybody: requests get a 403", "AUDIT": "notes everybody"}


@analyzer("KIA0105", "identity-required-without-mutual-tls", Severity.ERROR, reads=(*READS, AuthorizationPolicy))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in unidentified_callers(mesh):
        constraint, because = found.constraint, found.because
        by_server = isinstance(because.view, PeerAuthentication)
        first = (*constraint.values, *constraint.excluded)[0]
        more = f" and {found.without - 1} more" if found.without > 1 else ""
        yield Claim(
            found.policy,
            first.path,
            f"No caller of {found.workload.id}{more} has an identity, for {because.text}: this {_effect(found)}.",
            fix="Let the pods take mutual TLS, with STRICT at best, or decide by something else than who calls.",
            related=(Also(because.view, because.path, "why callers have no identity"),) if because.view else (),
            severity=None if found.without == found.selected and by_server else Severity.WARNING,
        )


def _effect(found: Unidentified) -> str:
    action = text(found.policy.spec.get("action")) or "ALLOW"
    effects = _FITS_NOBODY if found.constraint.values else _FITS_ALL
    return effects.get(action, "never fits")
