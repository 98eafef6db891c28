"""A PeerAuthentication switches mutual TLS off for a namespace, while a wide DestinationRule makes clients use it.

Why: the proxies of the pods pass the TLS on as it is: the application gets a handshake where it waits for a request,
and clients get a 503.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: DISABLE}}
    ---
    kind: DestinationRule
    metadata: {name: default, namespace: shop}
    spec:
      host: "*.shop.svc.cluster.local"
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL}

Fix: write PERMISSIVE, which takes both, or remove the tls setting of the rule.

A warning where the input has no pods of the namespace.

Silent when: rules for the single hosts, or policies for the single workloads, say otherwise; the pods are in ambient
mode, where DISABLE does nothing.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, mutual_tls_refused, tls_conflicts


@analyzer("KIA0505", "namespace-disables-what-rules-use", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from mutual_tls_refused(
        c for c in tls_conflicts(mesh) if c.pair in (("namespace", "namespace"), ("mesh", "namespace"))
    )
