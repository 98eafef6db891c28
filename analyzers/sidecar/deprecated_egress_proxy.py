"""A Sidecar uses `outboundTrafficPolicy.egressProxy`, which is deprecated.

Why: the field sends unknown destinations to one egress proxy. It is on its way out, and when it is gone that traffic
leaves the mesh directly.

Example:
    kind: Sidecar
    spec:
      outboundTrafficPolicy:
        mode: ALLOW_ANY
        egressProxy: {host: egress.istio-system.svc.cluster.local, port: {number: 443}}

Fix: declare the destinations as ServiceEntries and route them through the egress gateway by VirtualService.

Silent when: the field is not there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Sidecar, analyzer, mapping


@analyzer("IST0002", "sidecar-deprecated-egress-proxy", Severity.WARNING, reads=(Sidecar,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for sidecar in mesh.all(Sidecar):
        if mapping(sidecar.spec.get("outboundTrafficPolicy")).get("egressProxy") is not None:
            yield Claim(
                sidecar,
                ("spec", "outboundTrafficPolicy", "egressProxy"),
                "The field egressProxy is deprecated and will be removed.",
                fix="Route the destinations through the egress gateway with ServiceEntries and VirtualServices.",
                on_key=True,
            )
