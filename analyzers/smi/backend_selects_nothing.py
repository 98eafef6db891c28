"""A backend of a TrafficSplit has no pods.

Why: its share of the requests fails, as long as no pod carries the labels that the Service selects.

Example:
    kind: Service
    metadata: {name: web-v2}
    spec:
      selector: {app: web, version: two}   # the pods have version: v2
      ports: [{port: 80}]

Fix: select labels that the pods carry, or deploy the pods before they get a weight.

Silent when: the weight is 0; the Service has no selector; or some pod or template carries the labels.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    MeshGraph,
    Missing,
    Service,
    Severity,
    Workload,
    analyzer,
    selector_text,
    workloads,
)
from meshctl.analysis.api.smi import TrafficSplit


@analyzer(
    "SMI108",
    "split-backend-selects-nothing",
    Severity.WARNING,
    reads=(TrafficSplit, Service, Workload),
    absent=(Workload,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for split in mesh.all(TrafficSplit):
        for backend in split.backends:
            service = mesh.get(Service, split.namespace, backend.name)
            if service is None or not service.selector or backend.weight in (0, "0"):
                continue
            if not workloads(mesh).selected_by(service.selector, service.namespace):
                selector = selector_text(service.selector)
                yield Claim(
                    split,
                    (*backend.path, "service"),
                    f"A pod with the labels {selector}, which Service {service.name} selects, {ABSENT}: its share of"
                    f" the requests for {split.root} fails.",
                    fix="Select labels that the pods carry, or deploy the pods.",
                    related=(Also(service, ("spec", "selector"), "the selector"),),
                    absent=Missing("Workload", f"{split.namespace}/{selector}", Workload.KINDS, split.namespace),
                )
