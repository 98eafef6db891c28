"""A listener of the Gateway API presents a certificate that is not for its host.

Why: clients compare the host that they asked for with the names in the certificate, and refuse the connection where
none fits. A wildcard of a certificate stands for one label alone: `*.example.com` is not for `a.b.example.com`.

Example:
    kind: Gateway
    spec:
      listeners:
      - name: https
        hostname: shop.example.org
        tls: {certificateRefs: [{name: shop-cert}]}   # for shop.example.com

Fix: have a certificate made for the host, or correct the hostname of the listener.

Silent when: one of the certificates of the listener is for the host, or one of them could not be read; or the
listener has no hostname.
"""

from collections.abc import Iterator
from itertools import groupby

from meshctl.analysis.api import MOST, Also, Claim, MeshGraph, Secret, SecretMaker, Severity, analyzer, enumerated
from meshctl.analysis.api.gatewayapi import (
    ListenerOwner,
    ReferenceGrant,
    certifies,
    listener_certificates,
    listener_key_pairs,
)


@analyzer(
    "GWA105",
    "listener-certificate-for-other-hosts",
    Severity.WARNING,
    reads=(ListenerOwner, Secret, SecretMaker, ReferenceGrant),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = listener_key_pairs(mesh)
    for listener, uses in groupby(listener_certificates(mesh), key=lambda use: use.listener):
        presented = [(use, known.get(use.secret.id) if use.secret else None) for use in uses]
        pairs = [pair for _, pair in presented if pair and not pair.flaw]
        if not listener.hostname or len(pairs) < len(presented):
            continue
        if any(certifies(pair, listener.hostname) for pair in pairs):
            continue
        first = presented[0][0]
        names = list(dict.fromkeys(name for pair in pairs for name in pair.names))
        others = f"for {enumerated(names[:MOST], len(names))}" if names else "for no host at all"
        yield Claim(
            first.owner,
            (*listener.path, "hostname"),
            f"The certificate of Secret {first.full_name} is {others}, not for {listener.hostname}: clients refuse it.",
            fix=f"Have a certificate made for {listener.hostname}, or correct the hostname.",
            related=tuple(Also(use.secret, ("metadata", "name"), "the Secret") for use, _ in presented if use.secret),
        )
