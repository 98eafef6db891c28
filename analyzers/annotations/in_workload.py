"""An annotation of Istio in a pod template is unknown, misplaced, deprecated, or has a value that cannot be read.

Why: the pods get it from the template. What it was to switch on stays off, or the injector refuses every pod; and
looking at the pods alone shows that only after they are made.

Example:
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          annotations:
            traffic.sidecar.istio.io/excludeOutboundPort: "5432"   # excludeOutboundPorts

Fix: correct the name or the value, or move the annotation to where it is read.

Silent when: Istio itself writes the annotation, or made the resource from a Gateway; it is one for the proxy's CPU or
memory (MSH104). It is for workloads other than Deployments and Pods as a whole too; the others are IST0107, IST0108,
IST0125 and IST0135.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    deprecated_annotation,
    invalid_annotation,
    misplaced_annotation,
    other_annotation_claims,
    unknown_annotation,
)


@analyzer("MSH414", "annotation-in-workload-wrong", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for judge in (unknown_annotation, misplaced_annotation, invalid_annotation):
        yield from other_annotation_claims(mesh, judge)
    for claim in other_annotation_claims(mesh, deprecated_annotation):
        yield replace(claim, severity=Severity.INFO, key=("deprecated",))
