"""Services of one workload use the same port number with different transport protocols.

Why: the proxy of the pods has one listener a port. Where one Service calls it TCP and another UDP, what it does with
the port is decided by one of the two.

Example:
    kind: Service
    metadata: {name: dns-tcp}
    spec:
      selector: {app: dns}
      ports:
      - {name: tcp-dns, port: 53, protocol: TCP}
    ---
    kind: Service
    metadata: {name: dns-udp}
    spec:
      selector: {app: dns}   # the same pods
      ports:
      - {name: udp-dns, port: 53, protocol: UDP}

Fix: give the Services the same protocol for the port or different port numbers, or put both protocols into one Service.

Silent when: all of the Services have some protocol for the port in common, as where each has it with both for DNS; the
pods get no proxy; or they are waypoints. Where it is not known whether they get one it is only an info.
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
    "IST0116",
    "deployment-port-protocols-conflict",
    Severity.WARNING,
    reads=(Workload, Service, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shared in shared_workloads(mesh):
        by_number: dict[int, list[PortUse]] = defaultdict(list)
        for use in shared.uses:
            by_number[use.number].append(use)
        for number, uses in by_number.items():
            protocols_of: dict[Service, set[str]] = defaultdict(set)
            for use in uses:
                protocols_of[use.service].add(use.protocol)
            # Those that share a protocol are at peace, also where one of them states a second one.
            if set.intersection(*protocols_of.values()):
                continue
            says = [f"{service.name} says {' and '.join(sorted(p))}" for service, p in protocols_of.items()]
            yield Claim(
                shared.workload,
                ("metadata", "name"),
                f"Services of {shared.workload.id} disagree on the protocol of port {number}:"
                f" {enumerated(says, len(says))}. The proxy can follow only one of them.",
                fix=f"Give the Services one protocol for port {number}, or different ports.",
                related=tuple(Also(u.service, u.port.path, f"port {number} as {u.protocol}") for u in uses[:MOST]),
                key=(str(number),),
                severity=None if shared.injected else Severity.INFO,
            )
