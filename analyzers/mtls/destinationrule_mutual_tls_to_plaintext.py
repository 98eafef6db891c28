"""A DestinationRule makes clients use mutual TLS with pods whose proxy does not take it, or which have none.

Why: nobody ends the TLS: the application gets the first bytes of a handshake where it waits for a request, and closes
the connection. Clients get a 503 (UF or UC, "upstream connect error ... TLS error: wrong version number").

Example:
    kind: DestinationRule
    metadata: {name: legacy, namespace: shop}
    spec:
      host: legacy.default.svc.cluster.local    # its pods have no sidecar
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL}

Fix: remove `tls`, so that proxies find out by themselves which pods take mutual TLS, or get the pods a sidecar. Where a
PeerAuthentication says DISABLE, or an annotation leaves out the port, change one of the two.

For a rule with a wildcard it is a warning: perhaps nobody calls these pods.

Silent when: the pods behind the host are not known or are in ambient mode; no client gets this rule. A rule for a whole
namespace or mesh against a policy for one is KIA0505 or KIA0506.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, tls_conflicts


@analyzer("MSH421", "destinationrule-mutual-tls-to-plaintext", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in tls_conflicts(mesh):
        if conflict.refusal != "plaintext only" or conflict.is_of_wide_ones or not conflict.victims:
            continue
        because = conflict.victims[0].acceptance.because
        yield Claim(
            conflict.setting.rule,
            conflict.path,
            f"Clients use mutual TLS with {conflict.places}, but {because.text}: nobody ends the TLS, and requests get"
            " a 503.",
            fix="Remove the tls setting, so that proxies use mutual TLS only where it is taken."
            if conflict.mode is None
            else "Let the pods take mutual TLS with PERMISSIVE or STRICT, or remove the tls setting.",
            related=(Also(because.view, because.path, "what the pods take"),) if because.view else (),
            severity=None if conflict.reach == "host" else Severity.WARNING,
            key=(because.view.id.kind, because.view.full_name) if because.view else (),
        )
