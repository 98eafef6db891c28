"""A proxy of Consul knows no endpoint of a service that could take a request.

Why: connections to it are closed at once, and requests are answered with a 503 (no healthy upstream).

Example:
    GET /clusters: db.default.dc1.internal.0a1b.consul   # every host has failed_outlier_check, or there is none

Fix: look at the pods of the service: whether they are ready, registered in Consul, and what their containers say. Hosts
that Envoy put out itself (outlier detection) come back when they answer again.

Silent when: one endpoint of the cluster, or of any part of an aggregate, is healthy; the cluster leads to whatever
address is asked for; or the answer of /clusters is not there. It is an error for an upstream that the pod lists, and a
warning for all others, since transparent proxies are told of every service that they may call.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, ProxyState, Severity, analyzer, pod_of, together
from meshctl.analysis.api.consul import SEEN, UPSTREAMS, Target, consul_namespaces, upstreams


@analyzer("CSL505", "consul-no-healthy-endpoints", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[tuple[str, str, bool], list[ProxyState]] = {}
    for state in mesh.facts.states:
        for target in state.consul.targets if state.consul else ():
            if target.hosts is not None and not target.healthy:
                several = (
                    f"none of its {target.hosts} endpoints is healthy" if target.hosts > 1 else "its one is unhealthy"
                )
                problem = several if target.hosts else "it knows none"
                found.setdefault((target.service, problem, _is_listed(mesh, state, target)), []).append(state)
    for (service, problem, listed), states in found.items():
        pod, names, others = together(mesh, states, "sees the same")
        who = "A proxy has" if len(states) == 1 else f"{len(states)} proxies have"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} no healthy endpoint of {service} ({problem}): {names}. Requests for it fail.",
            fix=f"Look at the pods of {service}: whether they are ready and registered in Consul.",
            related=others,
            severity=None if listed else Severity.WARNING,
            key=(service,),
        )


def _is_listed(mesh: MeshGraph, state: ProxyState, target: Target) -> bool:
    pod = pod_of(mesh, state)
    listed = upstreams(pod.pod_annotations.get(UPSTREAMS, ""), pod, consul_namespaces(mesh).known is True)
    return any(upstream.name == target.service.rpartition(" ")[2] for upstream in listed)
