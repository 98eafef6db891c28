"""An annotation of Linkerd stands on a workload instead of in its pod template.

Why: the injector sees pods, and pods have the annotations of the template alone. On the Deployment itself,
`linkerd.io/inject` and `config.linkerd.io/...` do nothing.

Example:
    kind: Deployment
    metadata:
      name: web
      annotations:
        linkerd.io/inject: enabled   # goes to spec.template.metadata.annotations

Fix: move it to the annotations of the pod template.

Silent when: the template has the annotation as well, or the workload is a part of Linkerd or of an extension, whose
charts write some in both places.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer, dotted, owner
from meshctl.analysis.api.linkerd import INJECT, is_config, is_linkerds_own


@analyzer("LKD117", "linkerd-annotation-outside-template", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        if workload.is_pod or not workload.annotations or is_linkerds_own(workload):
            continue
        for name in workload.annotations:
            misplaced = name == INJECT or is_config(name)
            if misplaced and name not in workload.pod_annotations and owner(mesh, workload) is None:
                there = dotted(workload.pod_field("metadata", "annotations"))
                yield Claim(
                    workload,
                    ("metadata", "annotations", name),
                    f"Linkerd reads {name} on pods and namespaces: on the {workload.id.kind} itself it has no effect.",
                    fix=f"Move it to {there}.",
                    on_key=True,
                )
