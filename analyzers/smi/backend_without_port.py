"""A backend of a TrafficSplit lacks a port of the Service that is split.

Why: requests keep the port that the client asked for. A backend without that port gets none of those requests, so the
weights are not what is written.

Example:
    kind: Service
    metadata: {name: web}
    spec: {ports: [{port: 80}]}
    # and a backend of a split of web:
    kind: Service
    metadata: {name: web-v2}
    spec: {ports: [{port: 8080}]}

Fix: give the backend a port of the same number; its `targetPort` may be any.

Silent when: each port of the split Service is a port of the backend too, or one of the two Services was not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Service, Severity, analyzer, enumerated
from meshctl.analysis.api.smi import TrafficSplit


@analyzer("SMI103", "split-backend-without-port", Severity.WARNING, reads=(TrafficSplit, Service))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for split in mesh.all(TrafficSplit):
        root = mesh.get(Service, split.namespace, split.root)
        for backend in split.backends:
            service = mesh.get(Service, split.namespace, backend.name)
            if root is None or service is None:
                continue
            own = {port.number for port in service.ports}
            lacking = sorted({p.number for p in root.ports if p.number is not None} - own)
            if lacking:
                ports = enumerated(map(str, lacking), len(lacking))
                yield Claim(
                    split,
                    (*backend.path, "service"),
                    f"Service {service.name} has no port {ports}, which {root.name} has: it gets no share of the"
                    " requests to that port.",
                    fix=f"Give Service {service.name} the port {ports}.",
                    related=(Also(service, ("spec", "ports"), "the ports of the backend"),),
                )
