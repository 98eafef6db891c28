"""A DestinationRule has a value that Istio refuses.

Why: the API server rejects it where Istio's webhook is in place; otherwise the rule is not applied and its subsets do
not exist, so that routes to them answer 503.

Example:
    trafficPolicy:
      outlierDetection: {interval: "30", maxEjectionPercent: 120}
      connectionPool: {}

Fix: correct the value as the finding says, or remove the field: most have a default.

Silent when: it is only strange and works. That is `destinationrule-questionable`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, DestinationRule, MeshGraph, Severity, analyzer, refused


@analyzer("IST0106", "destinationrule-invalid", Severity.ERROR, reads=(DestinationRule,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, DestinationRule)
