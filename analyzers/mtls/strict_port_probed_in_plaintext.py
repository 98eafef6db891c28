"""A probe goes to a port that takes mutual TLS alone, and the injector is told not to rewrite it.

Why: kubelets are in no mesh. Usually the injector sends their probes through the proxy's port 15020; without that they
meet STRICT, and the proxy refuses them: the container is restarted for ever, or never gets ready.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: STRICT}}
    ---
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      template:
        metadata: {annotations: {sidecar.istio.io/rewriteAppHTTPProbers: "false"}}
        spec:
          containers: [{name: web, readinessProbe: {httpGet: {port: 8080}}}]

Fix: remove the annotation, or leave the port out with `traffic.sidecar.istio.io/excludeInboundPorts`.

Silent when: the probe only opens a connection (`tcpSocket`) or runs a command; the pods are in ambient mode, where
probes of kubelets get through.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    Machine,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    PeerAuthentication,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.mtls import refused_probes

_READS = (Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)


@analyzer("MSH427", "strict-port-probed-in-plaintext", Severity.ERROR, reads=_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for call in refused_probes(mesh):
        yield Claim(
            call.workload,
            call.path,
            f"The {call.what} asks port {call.port} without a certificate of the mesh, but {call.because.text}: the"
            " proxy refuses it, for the injector does not rewrite it.",
            fix="Let the injector rewrite probes (sidecar.istio.io/rewriteAppHTTPProbers), or leave the port out with"
            " traffic.sidecar.istio.io/excludeInboundPorts.",
            related=(Also(call.because.view, call.because.path, "what the pods take"),) if call.because.view else (),
        )
