"""An annotation keeps a port of the pods from their proxy, and clients in the mesh use mutual TLS with it.

Why: proxies choose mutual TLS by the pod, not by the port: for pods with a sidecar they use it with every port of a
Service. One that `traffic.sidecar.istio.io/excludeInboundPorts` or `includeInboundPorts` leaves out leads straight to
the application, which gets a handshake where it waits for a request: clients get a 503.

Example:
    kind: Deployment
    metadata: {name: cache, namespace: shop}
    spec:
      template:
        metadata:
          annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "6379"}

Fix: add a DestinationRule for the Service with `portLevelSettings` and `tls: {mode: DISABLE}` for this port, or a
PeerAuthentication with `portLevelMtls: {6379: {mode: DISABLE}}`; or remove the annotation.

A warning where a VirtualService sends requests to the port, else an info: perhaps only callers without a proxy use it.

Silent when: no Service leads to the port; a DestinationRule or a PeerAuthentication with DISABLE is for it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer
from meshctl.analysis.api.mtls import READS, bypassed_ports


@analyzer("MSH423", "mutual-tls-to-excluded-port", Severity.WARNING, reads=(*READS, VirtualService))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in bypassed_ports(mesh):
        taking, because = found.taking, found.because
        own = because.view is found.workload
        yield Claim(
            found.workload,
            because.path if own else ("metadata", "name"),
            f"Clients in the mesh use mutual TLS with {taking.place}, but {because.text}: it leads past the proxy, and"
            " requests get a 503.",
            fix=f"Switch TLS off for port {taking.port} in a DestinationRule for {taking.host.host}, or for port"
            f" {taking.inside} in a PeerAuthentication.",
            related=(Also(taking.host.first, ("spec", "ports"), "what leads there"),),
            severity=None if found.routed else Severity.INFO,
            key=(taking.host.host, str(taking.port)),
        )
