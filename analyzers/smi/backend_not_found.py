"""A TrafficSplit sends requests to a Service that does not exist.

Why: the share of that backend has nowhere to go. Some controllers leave the backend out, others refuse the whole split,
and clients get errors for that share.

Example:
    kind: TrafficSplit
    spec:
      service: web
      backends:
      - {service: web-v1, weight: 90}
      - {service: web-2, weight: 10}   # there is a Service `web-v2`

Fix: name a Service of the same namespace, or create it.

Silent when: the Service exists.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Service, Severity, analyzer, service_names
from meshctl.analysis.api.smi import TrafficSplit


@analyzer("SMI102", "split-backend-not-found", Severity.ERROR, reads=(TrafficSplit, Service), absent=(Service,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for split in mesh.all(TrafficSplit):
        for backend in split.backends:
            full_name = f"{split.namespace}/{backend.name}"
            # A root that does not exist is told once.
            if backend.name in ("", split.root) or mesh.get(Service, split.namespace, backend.name):
                continue
            yield Claim(
                split,
                (*backend.path, "service"),
                f"Service {full_name} {ABSENT}: its share of the requests for {split.root} has nowhere to go.",
                fix=service_names(mesh).meant(full_name, split.namespace) or "Create the Service, or name another one.",
                absent=Missing("Service", full_name, Service.KINDS, split.namespace),
            )
