"""The certificate of a proxy has expired or is not renewed.

Why: other proxies refuse connections from and to a proxy whose certificate has expired: with mutual TLS, its pod can
reach nothing and nothing can reach it. istiod renews at half of a certificate's life, so that one in its last tenth was
not renewed.

Example:
    kind: Pod
    metadata: {name: web-1, namespace: shop}   # its proxy's certificate ends in an hour

Fix: see in the proxy's log and in istiod's (`pilot_sds_certificate_errors_total`) why it gets no new one; restart the
pod.

Silent when: nothing tells the time at which the proxy was looked at, as in a recording without it.
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
)


@analyzer("MSH215", "proxy-certificate-expires", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.CERTIFICATE):
        yield drift_claim(
            mesh,
            found,
            f"The {found.field} has {found.running.replace(':', ' at', 1)}, {on_proxies(found)}. {found.reason}.",
        )
