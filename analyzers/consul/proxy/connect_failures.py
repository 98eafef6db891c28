"""A proxy of Consul cannot connect to the endpoints of a service.

Why: the endpoints are known and nobody answers there, or not in time: a pod that is gone and still registered, a
network policy before the port of its proxy (20000), a node that is cut off. Requests wait, and fail in the end.

Example:
    GET /clusters: cx_connect_fail::17   # 12 when it was asked before

Fix: look whether the addresses are those of pods that run, and whether a network policy lets port 20000 through.

Silent when: no connection has failed. One of the past may have been nothing: where the proxies are asked once, it is an
info. `meshctl proxy-status --watch` asks again and again, and warns of what fails between two looks.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, together
from meshctl.analysis.api.consul import Target


@analyzer("CSL506", "consul-connect-failures", Severity.WARNING, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[tuple[str, bool], list[tuple[ProxyState, int]]] = {}
    for state in mesh.facts.states:
        for target in state.consul.targets if state.consul else ():
            if number := _failures(target):
                found.setdefault((target.service, target.failures_before is None), []).append((state, number))
    for (service, once), failed in found.items():
        pod, names, others = together(mesh, [state for state, _ in failed], "fails to connect as well")
        number = sum(times for _, times in failed)
        times = "1 connection" if number == 1 else f"{number:,} connections"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{times} to {service} failed since {'Envoy started' if once else 'the last look'}: {names}.",
            fix="Watch whether it becomes more: meshctl proxy-status --watch 30."
            if once
            else f"Look whether the endpoints of {service} are pods that run, and at network policies.",
            related=others,
            severity=Severity.INFO if once else None,
            key=(service,),
        )


def _failures(target: Target) -> int:
    return target.failures - (target.failures_before or 0)
