"""A DestinationRule for a whole namespace or the mesh switches TLS off, while the mesh takes mutual TLS alone.

Why: proxies then speak plaintext to every Service that the rule covers, whose pods reset such connections: all requests
get a 503.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: istio-system}
    spec: {mtls: {mode: STRICT}}
    ---
    kind: DestinationRule
    metadata: {name: default, namespace: istio-system}
    spec:
      host: "*.local"
      trafficPolicy:
        tls: {mode: DISABLE}

Fix: remove `tls` or the rule, or let the pods take both with PERMISSIVE until all clients use mutual TLS.

A warning where the input has no pods.

Silent when: a PeerAuthentication of the namespace says PERMISSIVE or DISABLE; rules for the single hosts go before it;
the pods are in ambient mode.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, plaintext_refused, tls_conflicts


@analyzer("KIA0208", "wide-rule-disables-strict-mesh", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in tls_conflicts(mesh):
        wide = conflict.pair in (("namespace", "mesh"), ("mesh", "mesh"))
        if wide and conflict.refusal == "mutual only":
            yield plaintext_refused(conflict)
