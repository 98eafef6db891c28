"""A proxy does not send requests to an address that is ready.

Why: the other addresses get the load that this one should take, and where it is the only one, requests fail with 503
(UH) though its pod is ready.

Example:
    kind: EndpointSlice
    endpoints:
    - addresses: [10.1.2.3]     # ready, and not among the endpoints of the proxy
      conditions: {ready: true}

Fix: see whether istiod has the address (`/debug/endpointShardz`). If it has, the proxy does not take updates: restart
it. If it has not, istiod is behind, or the pod is in a cluster or network that it does not read.

Silent when: the address is not ready or ends; the Service has no selector or is headless; the dump has no endpoints
(record it with `/config_dump?include_eds`).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    DRIFTING,
    Claim,
    MeshGraph,
    Severity,
    Sort,
    analyzer,
    drift_claim,
    drifted,
    hosts_of,
    on_proxies,
    said,
)


@analyzer("MSH212", "endpoint-missing-in-proxy", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.ENDPOINT_MISSING):
        yield drift_claim(
            mesh,
            found,
            f"Requests to {hosts_of(found)} do not get to {said(found.desired)}, which is ready, {on_proxies(found)}: "
            f"the proxy uses {said(found.running)} instead.",
        )
