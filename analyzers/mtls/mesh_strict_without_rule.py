"""A PeerAuthentication wants mutual TLS of all pods of the mesh, and nothing makes clients use it.

Why: with enableAutoMtls off, proxies use mutual TLS only where a DestinationRule says so. Without one they speak
plaintext, which the pods reset: requests get a 503.

Example:
    kind: ConfigMap
    metadata: {name: istio, namespace: istio-system}
    data: {mesh: "enableAutoMtls: false"}
    ---
    kind: PeerAuthentication
    metadata: {name: default, namespace: istio-system}
    spec: {mtls: {mode: STRICT}}

Fix: switch enableAutoMtls on again, or add a DestinationRule for *.local with ISTIO_MUTUAL.

Silent when: enableAutoMtls is on, its default; there is a wide DestinationRule with ISTIO_MUTUAL; every host has one of
its own; all pods are in ambient mode.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, DestinationRule, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, no_rule_for, unmet_policies


@analyzer("KIA0401", "mesh-strict-without-rule", Severity.ERROR, reads=READS, absent=(DestinationRule,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for unmet in unmet_policies(mesh):
        if unmet.mode.level == "mesh" and not unmet.switched_off:
            yield no_rule_for(mesh, unmet, "*.local")
