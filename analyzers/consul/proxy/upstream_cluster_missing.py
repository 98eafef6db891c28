"""A listener or route of a proxy of Consul leads to a cluster that Envoy does not have.

Why: connections are closed at once, and requests are answered with a 503. The proxy got the listener and not what it
leads to: the servers did not send it, or Envoy refused it.

Example:
    "cluster": "db.default.dc1.internal.0a1b.consul"   # of a listener, and in no list of clusters in /config_dump

Fix: look what the proxy refuses (CSL502), then whether the discovery chain of the service can be compiled: the
condition Synced of its ServiceResolver, ServiceSplitter and ServiceRouter.

Silent when: the cluster is there, or Envoy waits for its endpoints, which is MSH208.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, together


@analyzer("CSL504", "consul-upstream-cluster-missing", Severity.ERROR, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[str, list[ProxyState]] = {}
    for state in mesh.facts.states:
        for target in state.consul.targets if state.consul else ():
            if not target.present:
                found.setdefault(target.name, []).append(state)
    for name, states in found.items():
        pod, names, others = together(mesh, states, "lacks it too")
        who = "A proxy leads" if len(states) == 1 else f"{len(states)} proxies lead"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} requests to the cluster {name}, which it does not have: {names}. They fail.",
            fix="Look what the proxy refuses, and whether the entries of the service are synced.",
            related=others,
            key=(name,),
        )
