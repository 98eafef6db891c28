"""A PeerAuthentication for some pods wants mutual TLS, but clients speak plaintext to them.

Why: whether a proxy uses mutual TLS by itself is decided by the PeerAuthentication of the namespace or mesh, not by
that of the pods. Where that one says DISABLE, clients speak plaintext to every Service of the namespace, also to the
pods for which a narrower policy says STRICT: these reset the connections, and requests get a 503.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: DISABLE}}
    ---
    kind: PeerAuthentication
    metadata: {name: payments, namespace: shop}
    spec:
      selector: {matchLabels: {app: payments}}
      mtls: {mode: STRICT}

Fix: write PERMISSIVE for the namespace, or add a DestinationRule with ISTIO_MUTUAL for the Service of the pods.

The same goes for a namespace that says STRICT in a mesh with enableAutoMtls off, which is KIA0501, and for single pods
there, which is this.

Silent when: no Service selects the pods, or every one has a DestinationRule with mutual TLS; they are in ambient mode.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, unmet_policies


@analyzer("MSH422", "strict-workload-called-in-plaintext", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for unmet in unmet_policies(mesh):
        if unmet.taking is None or (unmet.mode.level in ("mesh", "namespace") and not unmet.switched_off):
            continue
        because = unmet.because
        yield Claim(
            unmet.policy,
            unmet.mode.path,
            f"Pods take mutual TLS alone, but clients speak plaintext to {unmet.taking.place} and get a 503:"
            f" {because.text}.",
            fix="Let the wider policy say PERMISSIVE, or add a DestinationRule with ISTIO_MUTUAL for the Service.",
            related=(Also(because.view, because.path, "why clients speak plaintext"),) if because.view else (),
        )
