"""An annotation of Consul stands where it is not read: on a workload instead of its pods, or among the labels.

Why: the injector sees pods. What is written on the Deployment itself, or as a label, has no effect: the pods get no
sidecar, or one without the setting.

Example:
    kind: Deployment
    metadata:
      name: web
      annotations: {consul.hashicorp.com/connect-inject: "true"}   # goes to spec.template.metadata.annotations

Fix: move it to the annotations of the pod template.

Silent when: the pods have the annotation as well.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer, dotted, owner
from meshctl.analysis.api.consul import INJECT, UPSTREAMS, consul_annotations

# What people write among the labels; Consul itself writes others there.
_NO_LABELS = (INJECT, UPSTREAMS)


@analyzer("CSL112", "consul-annotation-misplaced", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in consul_annotations(mesh):
        workload = found.workload
        if not found.on_pod and found.is_known and found.name not in workload.pod_annotations:
            kind = workload.id.kind
            yield Claim(
                workload,
                found.path,
                f"The annotation {found.name} has no effect on a {kind}: Consul reads it on pods.",
                fix=f"Move it to {dotted(workload.pod_field('metadata', 'annotations'))}.",
                on_key=True,
            )
    for workload in mesh.all(Workload):
        for name in _NO_LABELS:
            if name in workload.pod_labels and name not in workload.pod_annotations and not owner(mesh, workload):
                yield Claim(
                    workload,
                    workload.pod_field("metadata", "labels", name),
                    f"Consul reads {name} as an annotation: as a label it has no effect.",
                    fix="Move it from the labels to the annotations.",
                    on_key=True,
                )
