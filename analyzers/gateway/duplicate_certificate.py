"""Two Gateways present the same certificate on the same port of the same pods.

Why: browsers reuse an HTTP/2 connection for every host that its certificate covers. A request for a host of the second
Gateway then arrives at the listener of the first, which does not know it, and gets a 404.

Example:
    kind: Gateway   # there is another one of the same selector and credentialName
    spec:
      selector: {istio: ingressgateway}
      servers:
      - port: {number: 443, name: https, protocol: HTTPS}
        hosts: [shop.example.com]
        tls: {mode: SIMPLE, credentialName: wildcard-example-com}

Fix: serve all hosts of the certificate in one Gateway, or give each Gateway a certificate of its own.

Only an info where the ports differ, or a mode as PASSTHROUGH does not present the certificate.

Silent when: certificates differ, or the selectors do not include each other. Of two Gateways with different
selectors the one whose selector asks for less is named.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from meshctl.analysis.api import (
    MOST,
    Also,
    Certificate,
    Claim,
    Gateway,
    MeshGraph,
    Pairs,
    Path,
    Severity,
    analyzer,
    enumerated,
    gateways_by_certificate,
    gateways_by_stated_certificate,
    narrower,
)


@analyzer("IST0138", "gateway-duplicate-certificate", Severity.WARNING, reads=(Gateway,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    told = set()
    for certificate, by_selector in gateways_by_certificate(mesh).items():
        for gateway, together in _meeting(by_selector):
            told.add(gateway.id)
            yield _claim(certificate, gateway, together)
    for by_selector in gateways_by_stated_certificate(mesh).values():
        for gateway, together in _meeting(by_selector):
            if gateway.id not in told:
                told.add(gateway.id)
                yield _stated(gateway, together)


def _meeting(by_selector: Mapping[Pairs, Mapping[Gateway, Path]]) -> Iterator[tuple[Gateway, Mapping[Gateway, Path]]]:
    """Each Gateway with those whose pods are its pods, itself among them, where there are others."""
    for selector, selectors in narrower(by_selector).items():
        together = dict(
            sorted((pair for other in selectors for pair in by_selector[other].items()), key=lambda p: p[0].id)
        )
        for gateway in by_selector[selector] if len(together) > 1 else ():
            yield gateway, together


def _stated(gateway: Gateway, together: Mapping[Gateway, Path]) -> Claim:
    names = enumerated(islice((g.full_name for g in together if g is not gateway), MOST), len(together) - 1)
    return Claim(
        gateway,
        ("metadata", "name"),
        f"{names} names a certificate of this Gateway for the same pods too, on another port or in a mode that does not"
        " present it: clients do not reuse connections across these.",
        fix="Nothing, as long as the ports and modes stay different.",
        severity=Severity.INFO,
    )


def _claim(certificate: Certificate, gateway: Gateway, together: Mapping[Gateway, Path]) -> Claim:
    others = list(islice((g for g in together if g is not gateway), MOST))
    names = enumerated((g.full_name for g in others), len(together) - 1)
    return Claim(
        gateway,
        ("metadata", "name"),
        f"{names} presents the certificate {certificate} on port {certificate.port} of the same pods too: browsers "
        "reuse their connection for its hosts and get a 404.",
        fix="Serve all hosts of the certificate in one Gateway, or give each Gateway a certificate of its own.",
        related=tuple(Also(g, together[g], "presents the same certificate") for g in others),
        key=(str(certificate), str(certificate.port)),
    )
