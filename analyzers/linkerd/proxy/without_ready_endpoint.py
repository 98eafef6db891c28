"""A linkerd-proxy knows endpoints of a destination, and none of them is ready to take a request.

Why: its load balancer has nothing to choose from, and after a second or so it answers every request to that
destination with 504 ("service in fail-fast"), until an endpoint can be reached again.

Example:
    proxy: web-1.shop   # in its metrics
    outbound_http_balancer_endpoints:
    - {endpoint_state: ready, backend_name: books, value: 0}
    - {endpoint_state: pending, backend_name: books, value: 3}

Fix: look at the pods behind it: whether something listens on the target port, whether their proxies accept the
connection, and whether failure accrual has taken them out.

Silent when: at least one endpoint is ready, or there is none at all, as of a Service that nobody calls any more.
Proxies that cannot reach one destination are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, together


@analyzer("LKD208", "linkerd-proxy-without-ready-endpoint", Severity.ERROR, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    stuck: dict[str, list[tuple[ProxyState, int]]] = {}
    for state in mesh.facts.states:
        # A backend has a balancer for each parent: one of them is enough to say so.
        waiting = {b.name: b.pending for b in (state.metrics.backends if state.metrics else ()) if not b.ready}
        for name, pending in waiting.items():
            if pending:
                stuck.setdefault(name, []).append((state, pending))
    for name, found in sorted(stuck.items()):
        states = [state for state, _ in found]
        pod, names, others = together(mesh, states, f"has no ready endpoint of {name} either")
        who = "A proxy has" if len(states) == 1 else f"{len(states)} proxies have"
        most = max(pending for _, pending in found)
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} no ready endpoint of {name}, and {most} that {'is' if most == 1 else 'are'} not ready: {names}. "
            "Requests to it fail with 504.",
            fix="Look whether the pods behind it listen on the target port and let their proxies accept connections.",
            related=others,
            key=(name,),
        )
