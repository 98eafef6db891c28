"""A proxy is connected, and its control plane has sent it no clusters or no listeners.

Why: every Envoy of the mesh gets some of both. One that has none routes nothing: its pod is not reachable, and calls
from it fail.

Example:
    proxy: web-1.shop   # in istiod's /debug/syncz
    cluster_sent: 2026-01-02T03:04:05Z/9b2
    listener_sent: ""

Fix: look at istiod's log for errors about this proxy, and whether the proxy's namespace is among the ones that istiod
discovers (discoverySelectors).

Silent when: it is a ztunnel, which takes other types; types that there may be nothing to send of, as routes, are left
alone. Proxies of one control plane are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ALWAYS_SENT,
    Claim,
    MeshGraph,
    Pod,
    ProxyState,
    Severity,
    Sync,
    analyzer,
    together,
)


@analyzer("MSH207", "proxy-configuration-not-sent", Severity.WARNING, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    bare: dict[tuple[str, str], list[ProxyState]] = {}
    for state in mesh.facts.states:
        types = sorted(t.type for t in state.types if t.sync is Sync.NOT_SENT and t.type in ALWAYS_SENT)
        if types and state.kind != "ztunnel":
            bare.setdefault((state.control_plane, " and ".join(types)), []).append(state)
    for (control_plane, types), states in sorted(bare.items()):
        pod, names, others = together(mesh, states, "got none either")
        who = "a proxy" if len(states) == 1 else f"{len(states)} proxies"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{control_plane or 'The control plane'} has sent no {types} to {who}: "
            f"{names}. Without them no traffic gets through.",
            fix="Look for errors about it in istiod's log, and whether istiod discovers its namespace."
            if states[0].is_istios
            else "Look for errors about it in the log of the control plane.",
            related=others,
            key=(types,),
        )
