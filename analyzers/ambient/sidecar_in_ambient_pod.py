"""A pod is labelled for ambient mode, or is in it, and has a sidecar.

Why: a pod with a sidecar is left out of ambient mode, so that the label does nothing. One whose requests go through
ztunnel all the same has two proxies that take them from each other.

Example:
    kind: Pod
    metadata:
      labels: {istio.io/dataplane-mode: ambient}
    spec:
      containers:
      - {name: app, image: app:1}
      - {name: istio-proxy, image: proxyv2:1}

Fix: remove the sidecar (restart the pod where nothing injects it), or the label.

Silent when: the pod is a proxy alone, as gateways are; or only its namespace is in ambient mode, which is KIA1316.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import MODE_READS, mixed_modes


@analyzer("KIA1315", "sidecar-in-ambient-pod", Severity.WARNING, reads=MODE_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mixed_modes(mesh).get("sidecar despite label", ()):
        yield Claim(
            found.subject,
            found.path,
            f"{found.subject.id} has a sidecar and is meant for ambient mode, which leaves out pods with one.",
            fix="Restart the workload without a sidecar, or remove the label istio.io/dataplane-mode.",
        )
