"""Label and annotation sidecar.istio.io/inject of the same pods say the opposite.

Why: the label wins and the annotation does nothing. Whoever reads or changes only the annotation is misled.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          labels: {sidecar.istio.io/inject: "true"}
          annotations: {sidecar.istio.io/inject: "false"}

Fix: remove the annotation, which is deprecated; the label says all.

Silent when: both say the same, one has a value that Istio does not know, or the pods belong to a workload of the input,
which then has the finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import INJECT, Claim, MeshGraph, Severity, Workload, analyzer, owner


@analyzer("MSH113", "injection-label-and-annotation-disagree", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        label, annotation = workload.pod_labels.get(INJECT), workload.pod_annotations.get(INJECT)
        if {label, annotation} != {"true", "false"} or owner(mesh, workload) is not None:
            continue
        yield Claim(
            workload,
            workload.pod_field("metadata", "annotations", INJECT),
            f"The annotation {INJECT}={annotation} of {workload.id} does nothing: the label of that name says {label} "
            "and wins.",
            fix="Remove the annotation." if label == "true" else "Remove the annotation, or change the label.",
            on_key=True,
        )
