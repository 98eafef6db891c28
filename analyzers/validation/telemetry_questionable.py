"""A Telemetry has more tracing entries or providers than are used.

Why: only the first of them is: spans do not reach the others.

Example:
    tracing:
    - providers: [{name: zipkin}, {name: otel}]

Fix: keep one, or send to a collector that passes spans on.

Silent when: there is one entry with one provider.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Telemetry, advised_against, analyzer


@analyzer("IST0133", "telemetry-questionable", Severity.WARNING, reads=(Telemetry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, Telemetry)
