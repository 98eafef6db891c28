"""The control plane does not send what a resource asks for.

Why: a resource that the control plane ignores, has not read or lets another one win over changes nothing: requests are
routed, limited and secured as before, and nothing in Kubernetes shows it.

Example:
    kind: VirtualService
    spec:
      http:
      - route: [{destination: {host: web}}]
        timeout: 4s            # the proxies are sent 7s

Fix: see that the resource is applied as it stands in the files, that it is for this revision of istiod and exported to
the namespace, that istiod does not refuse it (its log says so), and that no other resource for the host is older.

Silent when: an EnvoyFilter changes the same object (MSH219 says so); what istiod would send was not recorded.
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


@analyzer("MSH210", "resource-field-not-sent", Severity.ERROR, reads=DRIFTING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in drifted(mesh, Sort.FIELD, Hop.CONTROL_PLANE):
        left = is_left(found)
        yield drift_claim(
            mesh,
            found,
            what_is_left(found, "the control plane sends")
            if left
            else f"The control plane does not send {what_drifted(mesh, found)}: {said(found.desired)} is "
            f"asked for, {said(found.sent)} is sent, {on_proxies(found)}.",
            fix=LEFT if left else "",
        )
