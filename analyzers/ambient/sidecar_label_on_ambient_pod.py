"""A pod that is in ambient mode already has a label that asks for a sidecar.

Why: sidecars are added when pods are created. This one runs without, and ztunnel takes its requests; when it is made
anew it has a sidecar and is no longer in ambient mode, perhaps in the middle of the night.

Example:
    kind: Pod
    metadata:
      labels: {sidecar.istio.io/inject: "true"}
      annotations: {ambient.istio.io/redirection: enabled}

Fix: remove the label, or restart the workload if it is to have a sidecar.

Silent when: the pod has a sidecar; nothing says that its requests go through ztunnel; or its namespace has
istio-injection=enabled, which is IST0103.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import MODE_READS, mixed_modes


@analyzer("KIA1314", "sidecar-label-on-ambient-pod", Severity.WARNING, reads=MODE_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mixed_modes(mesh).get("sidecar asked too late", ()):
        yield Claim(
            found.subject,
            found.path,
            f"{found.subject.id} is in ambient mode and asks for a sidecar: its pods leave that mode when made anew.",
            fix="Remove the label that asks for a sidecar, or restart the workload if it is meant.",
        )
