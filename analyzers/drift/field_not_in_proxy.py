"""A proxy does not run what a resource asks for, and it is not known who lost it.

Why: requests are routed, limited and secured otherwise than the resource says. Without the control plane's answer
nobody can say whether it did not send the field or the proxy did not take it.

Example:
    kind: VirtualService
    spec:
      http:
      - route: [{destination: {host: web, subset: v2}}]   # the proxy routes to v1

Fix: take istiod's answer along (`/debug/config_dump?proxyID=POD.NAMESPACE`, recorded as
`istiod.config_dump.WORKLOAD.json`), and the report says who lost it.

Silent when: an EnvoyFilter changes the same object (MSH219 says so); istiod's answer is known (MSH210, MSH211).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    DRIFTING,
    LEFT,
    Claim,
    Hop,
    MeshGraph,
    Severity,
    Sort,
    analyzer,
    drift_claim,
    drifted,
    is_left,
    on_proxies,
    said,
    what_drifted,
    what_is_left,
)


@analyzer("MSH217", "resource-field-not-in-proxy", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.FIELD, Hop.UNKNOWN):
        left = is_left(found)
        yield drift_claim(
            mesh,
            found,
            what_is_left(found, "proxies run")
            if left
            else f"Proxies do not run {what_drifted(mesh, found)}: {said(found.desired)} is asked for, "
            f"{said(found.running)} runs {on_proxies(found)}.",
            fix=LEFT if left else "",
        )
