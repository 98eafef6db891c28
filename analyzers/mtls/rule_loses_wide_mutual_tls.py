"""A DestinationRule without TLS settings hides a wider one that makes clients use mutual TLS.

Why: of the rules for a host only the most specific counts, and it takes nothing from the wider ones. With
enableAutoMtls off, clients of this host go back to plaintext: nothing fails, and nobody sees that the traffic is no
longer encrypted.

Example:
    kind: DestinationRule
    metadata: {name: default, namespace: istio-system}
    spec:
      host: "*.local"
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL}
    ---
    kind: DestinationRule
    metadata: {name: reviews, namespace: shop}
    spec:
      host: reviews
      trafficPolicy:
        connectionPool: {tcp: {maxConnections: 100}}

Fix: repeat `tls: {mode: ISTIO_MUTUAL}` in the trafficPolicy of the narrower rule; write DISABLE where plaintext is
meant.

Silent when: enableAutoMtls is on, its default, for proxies then use mutual TLS by themselves; no pod behind the host
has a sidecar; the pods refuse plaintext, which is MSH420.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, lost_mutual_tls


@analyzer("KIA0204", "rule-loses-wide-mutual-tls", Severity.WARNING, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for lost in lost_mutual_tls(mesh):
        if lost.strict is None:
            yield Claim(
                lost.rule,
                ("spec", "host"),
                f"It says nothing of TLS and hides {lost.wider.rule.id}, which says ISTIO_MUTUAL: what goes to"
                f" {lost.host.host} is not encrypted, for enableAutoMtls is off.",
                fix="Add trafficPolicy.tls.mode ISTIO_MUTUAL to this rule, or DISABLE if plaintext is meant.",
                related=(Also(lost.wider.rule, lost.wider.path, "what it hides"),),
            )
