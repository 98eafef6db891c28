"""A proxy sends requests to an address that the Service does not have any more.

Why: nothing listens there, and a part of the requests fails; or another pod has got the address in the meantime, and
receives requests that are not for it.

Example:
    kind: EndpointSlice
    endpoints:
    - addresses: [10.1.2.3]     # the proxy also has 10.1.2.9

Fix: restart the proxy, or istiod where it still has the address (`/debug/endpointShardz`).

Silent when: the address is in an EndpointSlice but not ready; the input has no EndpointSlice of the Service; the dump
has no endpoints.
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


@analyzer("MSH213", "ghost-endpoint-in-proxy", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.ENDPOINT_GHOST):
        yield drift_claim(
            mesh,
            found,
            f"Requests to {hosts_of(found)} go to {said(found.running)}, which the EndpointSlices do not have"
            f"{f' (they have {said(found.desired)})' if found.desired else ''}, {on_proxies(found)}.",
        )
