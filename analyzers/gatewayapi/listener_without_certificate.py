"""A listener of the Gateway API is to end TLS and names no certificate.

Why: it has nothing to present to clients. The controller does not open the listener, and TLS connections to its hosts
are refused.

Example:
    kind: Gateway
    spec:
      listeners:
      - {name: https, port: 443, protocol: HTTPS}   # and no tls

Fix: name the Secret with the certificate in `tls.certificateRefs`, or pass TLS on with `mode: Passthrough` (protocol
TLS).

Silent when: it has a certificate, or options of its controller instead; or the Gateway takes listeners of others, for
which this one only holds the place. It is a warning where other controllers than Istio may find the certificate by
themselves.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ListenerOwner, is_istios, needs_certificate


@analyzer("GWA105", "listener-without-certificate", Severity.ERROR, reads=(ListenerOwner,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for owner in mesh.all(ListenerOwner):
        for listener in owner.listeners:
            if not needs_certificate(listener) or listener.tls.get("certificateRefs") or listener.tls.get("options"):
                continue
            if not listener.tls and owner.spec.get("allowedListeners"):
                continue
            yield Claim(
                owner,
                (*listener.path, "tls") if listener.tls else listener.path,
                f"Listener {listener.where} ends TLS and has no certificate: it is not opened.",
                # Some controllers of clouds find certificates by the hostname.
                severity=None if listener.tls or is_istios(owner) else Severity.WARNING,
                fix="Name the Secret with the certificate in tls.certificateRefs.",
            )
