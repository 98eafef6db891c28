"""A WorkloadGroup has a value that Istio refuses.

Why: machines that register with it are turned away.

Example:
    template: {serviceAccount: legacy}
    probe:
      httpGet: {path: /health}   # on which port?

Fix: add what the finding names.

Silent when: no machine has registered yet.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WorkloadGroup, analyzer, refused


@analyzer("IST0106", "workloadgroup-invalid", Severity.ERROR, reads=(WorkloadGroup,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, WorkloadGroup)
