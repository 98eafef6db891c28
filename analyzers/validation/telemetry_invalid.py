"""A Telemetry has a value that Istio refuses.

Why: the metrics, traces or access logs that it sets up are missing when they are needed.

Example:
    tracing:
    - randomSamplingPercentage: 150

Fix: correct the value; tags need a value, filters are CEL expressions.

Silent when: a provider is named that the mesh does not have.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Telemetry, analyzer, refused


@analyzer("IST0106", "telemetry-invalid", Severity.ERROR, reads=(Telemetry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, Telemetry)
