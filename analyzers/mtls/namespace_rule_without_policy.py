"""A DestinationRule makes clients use mutual TLS with all of a namespace, and no PeerAuthentication asks for it.

Why: with enableAutoMtls off somebody set up mutual TLS by hand, and did half of it: proxies take plaintext as well
(PERMISSIVE is the default), so that a client without a proxy gets in unencrypted and without an identity.

Example:
    kind: DestinationRule
    metadata: {name: default, namespace: shop}
    spec:
      host: "*.shop.svc.cluster.local"
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL}

Fix: add a PeerAuthentication with STRICT, or with PERMISSIVE to say that this is meant.

An info, where Kiali has an error: nothing fails.

Silent when: enableAutoMtls is on, its default; a PeerAuthentication for the namespace or the mesh says anything but
DISABLE.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    DestinationRule,
    MeshGraph,
    Missing,
    Namespace,
    PeerAuthentication,
    Severity,
    analyzer,
)
from meshctl.analysis.api.mtls import one_sided_rules


@analyzer(
    "KIA0206",
    "namespace-rule-without-policy",
    Severity.INFO,
    reads=(DestinationRule, PeerAuthentication, ConfigMap, Namespace),
    absent=(PeerAuthentication,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for setting, namespace in one_sided_rules(mesh, "namespace"):
        missing = Missing("PeerAuthentication", f"for {namespace}", PeerAuthentication.KINDS, namespace)
        yield Claim(
            setting.rule,
            (*setting.path, "mode"),
            f"Clients use mutual TLS, but a PeerAuthentication for the namespace or the mesh {ABSENT}: its pods take"
            " plaintext as well.",
            fix=f"Add a PeerAuthentication to {namespace}, with STRICT or, if both are meant, PERMISSIVE.",
            absent=missing,
        )
