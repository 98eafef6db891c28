"""A proxy has another trust domain or root certificate than the others.

Why: two proxies accept each other only if each trusts the other's root and its trust domain. Connections between this
proxy and the others fail with mutual TLS.

Example:
    kind: ConfigMap
    metadata: {name: istio, namespace: istio-system}
    data:
      mesh: "trustDomain: old.example"     # one proxy still has a certificate of it

Fix: give all parts of a mesh one trust domain, or name the others in `trustDomainAliases`; when roots are exchanged,
hand out both for a while, and restart proxies that still have the old one alone.

Silent when: the proxies have at least one root, or one trust domain, in common; their certificates were not recorded.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    DRIFTING,
    Claim,
    MeshGraph,
    Severity,
    Sort,
    analyzer,
    drift_claim,
    drifted,
    on_proxies,
    said,
)


@analyzer("MSH216", "proxy-trust-differs", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.TRUST):
        yield drift_claim(
            mesh,
            found,
            f"The {found.field} is {said(found.running)}, not {said(found.desired)} as elsewhere, {on_proxies(found)}. "
            f"{found.reason}.",
        )
