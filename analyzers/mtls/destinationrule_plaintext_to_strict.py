"""A DestinationRule makes clients speak without mutual TLS to pods that take nothing else.

Why: the pods' proxy resets every connection that does not begin with the certificate of a mesh member: clients get a
503 (UC, "connection reset" or a TLS error), for every request.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: STRICT}}
    ---
    kind: DestinationRule
    metadata: {name: reviews, namespace: shop}
    spec:
      host: reviews
      trafficPolicy:
        tls: {mode: DISABLE}

Fix: remove `tls`, so that proxies use mutual TLS by themselves, or write ISTIO_MUTUAL; with enableAutoMtls off a rule
that says nothing of TLS needs ISTIO_MUTUAL, too. Or let the pods take both with PERMISSIVE.

Silent when: the pods behind the host are not known, or in ambient mode, to which proxies speak HBONE whatever the rule
says; no client gets this rule, for another goes before it. A rule for a whole namespace or mesh against a policy for
one is KIA0207 or KIA0208.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, lost_mutual_tls, plaintext_refused, tls_conflicts


@analyzer("MSH420", "destinationrule-plaintext-to-strict", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in tls_conflicts(mesh):
        if conflict.refusal == "mutual only" and not conflict.is_of_wide_ones:
            yield plaintext_refused(conflict)
    for lost in lost_mutual_tls(mesh):
        if lost.strict and (mode := lost.strict.acceptance.mode) and mode.policy:
            yield Claim(
                lost.rule,
                ("spec", "host"),
                f"It says nothing of TLS and hides {lost.wider.rule.id}, which says ISTIO_MUTUAL: clients speak without"
                f" TLS to {lost.strict.place}, where {mode.policy.id} takes mutual TLS alone, and get a 503.",
                fix="Add trafficPolicy.tls.mode ISTIO_MUTUAL to this rule: enableAutoMtls is off.",
                related=(
                    Also(lost.wider.rule, lost.wider.path, "what it hides"),
                    Also(mode.policy, mode.path, "what the pods take"),
                ),
                key=("hides",),
            )
