"""A proxy has taken configuration and does not use it, for something in it is missing.

Why: a cluster waits for its endpoints, a listener for its routes, both for their certificates. Until those come the old
one serves, or none; the control plane nevertheless sees everything acknowledged.

Example:
    "dynamic_warming_clusters": [{"cluster": {"name": "outbound|80||web.shop.svc.cluster.local"}}]

Fix: find out what it waits for: endpoints that istiod does not send, a secret that does not exist.

Silent when: it has waited for less than `--stale-after` (30 s); where the time is not known, it is reported. Proxies
that wait for the same thing are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, together


@analyzer("MSH208", "proxy-configuration-waiting", Severity.WARNING, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    stuck: dict[tuple[str, str], list[ProxyState]] = {}
    for state in mesh.facts.states:
        for each in state.waiting:
            if each.overdue:
                stuck.setdefault((each.kind, each.name), []).append(state)
    for (kind, name), states in stuck.items():
        pod, names, others = together(mesh, states, f"waits with the {kind} too")
        who = "A proxy has" if len(states) == 1 else f"{len(states)} proxies have"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} taken the {kind} {name} and {'does' if len(states) == 1 else 'do'} not use it, for something that "
            f"it needs is missing: {names}.",
            fix=_REMEDIES.get(kind, "Look at /init_dump of the proxy for what it waits for."),
            related=others,
            key=(kind, name),
        )


_REMEDIES = {
    "cluster": "Look whether its endpoints or the certificate that it needs reach the proxy.",
    "listener": "Look whether its routes or the certificate that it needs reach the proxy.",
    "secret": "Look whether the secret exists where the proxy may read it.",
}
