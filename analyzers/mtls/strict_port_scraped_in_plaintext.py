"""Prometheus is told to read a port that takes mutual TLS alone.

Why: usually the proxy answers for the application, at its own port 15020. With `enablePrometheusMerge` off, or the
annotation `prometheus.istio.io/merge-metrics: "false"`, Prometheus asks the port itself, without TLS, and is refused:
the metrics of these pods are missing, and alerts on them stay silent.

Example:
    kind: Deployment
    metadata: {name: web, namespace: shop}     # the namespace has STRICT
    spec:
      template:
        metadata:
          annotations:
            prometheus.io/scrape: "true"
            prometheus.io/port: "9102"
            prometheus.istio.io/merge-metrics: "false"

Fix: let the metrics be merged, let the port take both (`portLevelMtls: {9102: {mode: PERMISSIVE}}`), or leave it out
with `traffic.sidecar.istio.io/excludeInboundPorts`.

Silent when: `prometheus.io/scheme` is https; no port is named; the pods are in ambient mode.
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
from meshctl.analysis.api.mtls import refused_scrapes

_READS = (Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)


@analyzer("MSH427", "strict-port-scraped-in-plaintext", Severity.WARNING, reads=_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for call in refused_scrapes(mesh):
        yield Claim(
            call.workload,
            call.path,
            f"Prometheus asks port {call.port} without TLS, where {call.because.text}: it is refused, and the metrics"
            " of these pods are missing.",
            fix="Let the proxy merge the metrics, or let the port take both with PERMISSIVE in portLevelMtls.",
            related=(Also(call.because.view, call.because.path, "what the pods take"),) if call.because.view else (),
        )
