"""A proxy does not run the same as the other proxies of its workload.

Why: the proxies of one workload get one configuration. One that differs is behind or ahead of the others: which rules a
request meets depends on the pod that it comes to.

Example:
    kind: Deployment
    spec: {replicas: 3}      # two proxies have a timeout of 4s for a route, the third has 7s

Fix: look with `meshctl proxy-status` at the one that differs; restart it if it is connected and stays behind.

Silent when: what the control plane sends is known, and so who is right (MSH210, MSH211); a field of a resource tells
what it should be (MSH217); the proxies have different versions.
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
    on_proxies,
    said,
    what_drifted,
)


@analyzer("MSH214", "proxy-differs-from-siblings", Severity.WARNING, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.SIBLING):
        yield drift_claim(
            mesh,
            found,
            f"Proxies of one workload differ in {what_drifted(mesh, found)}: others have {said(found.sent)}, "
            f"{said(found.running)} runs {on_proxies(found)}.",
        )
