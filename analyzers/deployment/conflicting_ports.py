"""Services of one workload send to the same port of the container from different ports of their own.

Why: in the pod there is one listener for the container's port, and it knows one Service port. Requests through the
other Service are judged by routes, policies and protocol of the first.

Example:
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports:
      - {name: http, port: 80, targetPort: 8080}
    ---
    kind: Service
    metadata: {name: web-metrics}
    spec:
      selector: {app: web}   # the same pods
      ports:
      - {name: http-metrics, port: 9090, targetPort: 8080}

Fix: use the same port number in both Services, or listen on a port of its own for each.

It is only an info where all of the Services have some port for it in common, as where one Service has both, or where it
is not known whether the pods get a proxy.

Silent when: all use one port number; the transport protocols differ; the pods get no proxy; or they are waypoints.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    PortUse,
    Service,
    Severity,
    Workload,
    analyzer,
    enumerated,
    shared_workloads,
)


@analyzer(
    "IST0137",
    "deployment-conflicting-ports",
    Severity.WARNING,
    reads=(Workload, Service, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shared in shared_workloads(mesh):
        by_target: dict[tuple[int | str, str], list[PortUse]] = defaultdict(list)
        for use in shared.uses:
            by_target[use.target, _transport(use)].append(use)
        for (target, _), uses in by_target.items():
            if len({use.number for use in uses}) < 2:
                continue
            # Where all have some port in common, or one Service has both, nobody is served worse than meant.
            numbers_of: dict[Service, set[int]] = defaultdict(set)
            for use in uses:
                numbers_of[use.service].add(use.number)
            harmless = not shared.injected or set.intersection(*numbers_of.values())
            says = [f"{u.number} of {u.service.name}" for u in uses]
            yield Claim(
                shared.workload,
                ("metadata", "name"),
                f"Port {target} of {shared.workload.id} is reached through port {enumerated(says, len(says))}: the"
                " proxy has one listener for it, which treats all requests as those of one Service port.",
                fix="Use one port number in these Services, or different ports of the container.",
                related=tuple(Also(u.service, u.port.path, f"port {u.number} leads there") for u in uses[:MOST]),
                key=(str(target),),
                severity=Severity.INFO if harmless else None,
            )


def _transport(use: PortUse) -> str:
    """Protocols that run over TCP, as some write here, are TCP."""
    return use.protocol if use.protocol in ("UDP", "SCTP") else "TCP"
