"""A proxy runs something else than its control plane sends.

Why: until the proxy takes what it is sent, every change of this part is without effect on its pod, while pods beside it
already behave differently.

Example:
    kind: DestinationRule
    spec:
      trafficPolicy:
        connectionPool: {tcp: {maxConnections: 100}}   # istiod sends 100, this proxy still has 10

Fix: look with `meshctl proxy-status` whether the proxy is connected, behind, or refuses what it is sent. A proxy that
is connected and stays behind is restarted with its pod.

Silent when: the proxy says that it refuses its configuration, which is a finding of its own (MSH201) and the cause.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    DRIFTING,
    Claim,
    Hop,
    MeshGraph,
    Severity,
    Sort,
    analyzer,
    drift_claim,
    drifted,
    on_proxies,
    said,
    what_drifted,
)


@analyzer("MSH211", "proxy-runs-other-than-sent", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.FIELD, Hop.DELIVERY):
        yield drift_claim(
            mesh,
            found,
            f"What is sent is not what runs {on_proxies(found)}: of {what_drifted(mesh, found)}, "
            f"{said(found.sent)} is sent, {said(found.running)} runs.",
        )
