"""A TrafficSplit is of a Service that does not exist.

Why: requests are split when clients ask for the host of that Service. Without it nobody can, and nothing is split.

Example:
    kind: TrafficSplit
    spec:
      service: webb        # there is a Service `web`
      backends:
      - {service: web-v1, weight: 90}
      - {service: web-v2, weight: 10}

Fix: name the Service that clients ask for, or create it.

Silent when: the Service exists in the namespace of the split.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Service, Severity, analyzer, service_names
from meshctl.analysis.api.smi import TrafficSplit


@analyzer("SMI101", "split-root-not-found", Severity.ERROR, reads=(TrafficSplit, Service), absent=(Service,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for split in mesh.all(TrafficSplit):
        full_name = f"{split.namespace}/{split.root}"
        if split.root and mesh.get(Service, split.namespace, split.root) is None:
            yield Claim(
                split,
                ("spec", "service"),
                f"Service {full_name}, whose requests are split here, {ABSENT}: no client can ask for it.",
                fix=service_names(mesh).meant(full_name, split.namespace) or "Create the Service, or name another one.",
                absent=Missing("Service", full_name, Service.KINDS, split.namespace),
            )
