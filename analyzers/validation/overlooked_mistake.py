"""A setting is wrong in a place where Istio's validation does not look, so it is taken without a word.

Why: istiod refuses or warns of the same mistake elsewhere, but not in the settings of a subset or port of a
DestinationRule, in the template of a WorkloadGroup or in a retry budget. There it has no effect, or another one than
was meant.

Example:
    kind: DestinationRule
    spec:
      host: reviews
      subsets:
      - name: v1
        labels: {version: v1}
        trafficPolicy:
          outlierDetection: {consecutiveErrors: 7}   # has no effect since Istio 1.7

Fix: add or replace what the finding names.

Silent when: Istio speaks of it itself, which is IST0106 or IST0133.
"""

from collections.abc import Iterator

from meshctl.analysis.api import VALIDATED, Claim, MeshGraph, Severity, analyzer, overlooked


@analyzer("MSH416", "overlooked-mistake", Severity.WARNING, reads=VALIDATED)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return overlooked(mesh)
