"""A route of a load balancer outside the cluster leads to pods that take mutual TLS alone.

Why: the load balancer of a cloud is in no mesh and has no certificate of it. The pods' proxy refuses its connections,
and its health checks: requests get a 502 or 503 from the load balancer.

Example:
    kind: Gateway
    metadata: {name: public, namespace: shop}      # the namespace has STRICT
    spec: {gatewayClassName: gke-l7-global-external-managed}
    ---
    kind: HTTPRoute
    metadata: {name: web, namespace: shop}
    spec:
      parentRefs: [{name: public}]
      rules: [{backendRefs: [{name: web, port: 80}]}]

Fix: let the load balancer send to a gateway of the mesh, or let the port take both, with PERMISSIVE in `portLevelMtls`
of a PeerAuthentication.

Known are the load balancers of Google, Amazon and Azure, by the controller of the GatewayClass, or by the name of the
class for GKE's own.

Silent when: the Gateway is served by pods, which may be part of the mesh; the pods of the backend are not known, have
no proxy, or are a gateway.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import CLOUD_READS, refused_cloud_gateways


@analyzer("MSH429", "strict-port-behind-cloud-gateway", Severity.ERROR, reads=CLOUD_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for refused in refused_cloud_gateways(mesh):
        because = refused.taking.acceptance.because
        yield Claim(
            refused.backend.route,
            (*refused.backend.ref.path, "name"),
            f"{refused.gateway.id} is a load balancer outside the cluster without a certificate of the mesh, and"
            f" {because.text}: {refused.taking.place} refuses what it sends.",
            fix="Let it send to a gateway of the mesh, or let portLevelMtls say PERMISSIVE for the port.",
            related=(Also(because.view, because.path, "what the pods take"),) if because.view else (),
        )
