"""A proxy has not answered what its control plane sent.

Why: a proxy takes or refuses what it gets within milliseconds. One that does not answer is stuck, out of CPU, or behind
a connection that is dead without either side knowing: it goes on with an older configuration.

Example:
    proxy: web-1.shop   # in istiod's /debug/syncz
    listener_sent: 2026-01-02T03:04:05Z/9b2
    listener_acked: 2026-01-02T03:00:00Z/8f1   # an hour later still the one before

Fix: look at the proxy's CPU and memory and at its log; if it does not recover, restart the pod.

Silent when: the answer may still be on its way (`--stale-after`, 30 s). Where a recording does not tell when it was
taken, what was not answered in it is reported. Proxies of one control plane are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, Sync, analyzer, together


@analyzer("MSH202", "proxy-configuration-stale", Severity.WARNING, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    late: dict[str, list[ProxyState]] = {}
    for state in mesh.facts.states:
        if any(t.sync is Sync.STALE and t.overdue for t in state.types):
            late.setdefault(state.control_plane, []).append(state)
    for control_plane, states in sorted(late.items()):
        types = [t for state in states for t in state.types if t.sync is Sync.STALE and t.overdue]
        ages = [t.age for t in types if t.age is not None]
        since = f" for {max(ages):.0f} s" if ages else "; how long before the recording that was sent is not known"
        names = ", ".join(dict.fromkeys(t.type for t in types))
        who = "A proxy has" if len(states) == 1 else f"{len(states)} proxies have"
        pod, proxies, others = together(mesh, states, "has not answered either")
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} not answered what {control_plane or 'istiod'} sent ({names}){since}: "
            f"{proxies}. Until then an older configuration serves.",
            fix="Look at the CPU, the memory and the log of the proxy; if it does not recover, restart the pod.",
            related=others,
        )
