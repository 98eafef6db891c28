"""A DestinationRule has a setting that is deprecated or cannot take effect.

Why: failover to another region, for one, begins when endpoints are found to fail, and only outlier detection finds
that.

Example:
    trafficPolicy:
      loadBalancer:
        localityLbSetting:
          failover: [{from: eu, to: us}]   # and no outlierDetection

Fix: add or replace what the finding names.

Silent when: the value is refused: that is `destinationrule-invalid`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, DestinationRule, MeshGraph, Severity, advised_against, analyzer


@analyzer("IST0133", "destinationrule-questionable", Severity.WARNING, reads=(DestinationRule,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, DestinationRule)
