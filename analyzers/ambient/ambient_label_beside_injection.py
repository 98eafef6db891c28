"""A pod is labelled for ambient mode and gets a sidecar all the same.

Why: the injector does not look at `istio.io/dataplane-mode`, and a pod with a sidecar is left out of ambient mode: the
label does nothing, and what was planned without a sidecar has one.

Example:
    kind: Namespace
    metadata: {name: shop, labels: {istio-injection: enabled}}
    ---
    kind: Deployment
    spec:
      template:
        metadata:
          labels: {istio.io/dataplane-mode: ambient}

Fix: add `sidecar.istio.io/inject: "false"` to the pod, or remove the label for ambient mode.

Silent when: nothing injects the pod; it is made already, which is KIA1315 if it has a sidecar; or only its namespace
has labels for both, which is IST0123.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import MODE_READS, mixed_modes


@analyzer("KIA1311", "ambient-label-beside-injection", Severity.WARNING, reads=MODE_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mixed_modes(mesh).get("both asked", ()):
        yield Claim(
            found.subject,
            found.path,
            f"{found.subject.id} gets a sidecar, which keeps it out of ambient mode: this label does nothing.",
            fix='Add sidecar.istio.io/inject: "false" to the pods, or remove this label.',
        )
