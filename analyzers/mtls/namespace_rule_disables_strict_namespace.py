"""A DestinationRule for a whole namespace switches TLS off, while that namespace takes mutual TLS alone.

Why: proxies then speak plaintext to every Service of the namespace, whose pods reset such connections: all requests
get a 503.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: STRICT}}
    ---
    kind: DestinationRule
    metadata: {name: default, namespace: shop}
    spec:
      host: "*.shop.svc.cluster.local"
      trafficPolicy:
        tls: {mode: DISABLE}

Fix: remove `tls` or the rule, or let the namespace take both with PERMISSIVE until all clients use mutual TLS.

A warning where the input has no pods of the namespace.

Silent when: rules for the single hosts go before it; the pods are in ambient mode.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, plaintext_refused, tls_conflicts


@analyzer("KIA0207", "namespace-rule-disables-strict-namespace", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in tls_conflicts(mesh):
        if conflict.pair == ("namespace", "namespace") and conflict.refusal == "mutual only":
            yield plaintext_refused(conflict)
