"""A workload of a namespace in ambient mode has a sidecar.

Why: that works, and is common on the way from sidecars to ambient mode. The workload goes on with its sidecar, and what
waypoints do for the clients beside it, its sidecar does by itself.

Example:
    kind: Namespace
    metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    ---
    kind: Deployment
    metadata: {namespace: shop}
    spec:
      template:
        metadata:
          labels: {sidecar.istio.io/inject: "true"}

Fix: nothing, as long as you want it; else remove the label, and restart the workload.

Silent when: the pod says `istio.io/dataplane-mode: none` itself; it is a proxy alone, as gateways are; or the namespace
injects sidecars, which is IST0123.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import MODE_READS, mixed_modes


@analyzer("KIA1316", "sidecar-in-ambient-namespace", Severity.INFO, reads=MODE_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mixed_modes(mesh).get("sidecar in namespace", ()):
        yield Claim(
            found.subject,
            found.path,
            f"{found.subject.id} has a sidecar in a namespace in ambient mode: it keeps to the sidecar.",
            fix="To take it into ambient mode, remove what asks for the sidecar and restart it.",
        )
