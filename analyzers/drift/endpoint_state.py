"""A proxy takes an address for drained, unhealthy or elsewhere though it is not.

Why: the address gets less of the load than it should, or load from too far away.

Example:
    kind: EndpointSlice
    endpoints:
    - addresses: [10.1.2.3]     # ready; the proxy has it as DRAINING
      conditions: {ready: true}

Fix: see whether istiod has the state (`/debug/endpointShardz`), and restart the proxy if it has.

Silent when: the proxy found out itself that the address fails (outlier detection), or the address is not ready.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    DRIFTING,
    Claim,
    MeshGraph,
    Severity,
    Sort,
    analyzer,
    dotted,
    drift_claim,
    drifted,
    hosts_of,
    on_proxies,
    said,
)


@analyzer("MSH218", "endpoint-state-in-proxy-outdated", Severity.WARNING, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.ENDPOINT_STATE):
        yield drift_claim(
            mesh,
            found,
            f"Of {hosts_of(found)}, {dotted(found.path)} is {said(found.desired)}, but taken for {said(found.running)} "
            f"{on_proxies(found)}. {found.reason}.",
        )
