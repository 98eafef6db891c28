"""An annotation of Linkerd is written as a label.

Why: Linkerd reads `linkerd.io/inject` and `config.linkerd.io/...` among the annotations alone. As labels they do
nothing: the pods get no proxy, or one without the setting.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels:
        linkerd.io/inject: enabled   # goes under annotations

Fix: move it from the labels to the annotations; of a workload, to those of its pod template.

Silent when: it is the label config.linkerd.io/admission-webhooks, or the same annotation is there as well.
"""

from collections.abc import Iterator, Mapping

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Path, Service, Severity, View, Workload, analyzer, owner
from meshctl.analysis.api.linkerd import INJECT, is_config

_LABEL = "config.linkerd.io/admission-webhooks"


@analyzer("LKD102", "linkerd-annotation-as-label", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for view in (*mesh.all(Namespace), *mesh.all(Service)):
        yield from _claims(view, view.labels, view.annotations, ("metadata",))
    for workload in mesh.all(Workload):
        carried = (workload.labels, workload.pod_labels)
        if any(map(_is_annotation, (name for labels in carried for name in labels))) and not owner(mesh, workload):
            there = workload.pod_field("metadata")
            yield from _claims(workload, workload.pod_labels, workload.pod_annotations, there)
            if not workload.is_pod:
                others = {k: v for k, v in workload.labels.items() if k not in workload.pod_labels}
                yield from _claims(workload, others, workload.pod_annotations, ("metadata",))


def _is_annotation(name: str) -> bool:
    return name == INJECT or (is_config(name) and name != _LABEL)


def _claims(view: View, labels: Mapping[str, str], annotations: Mapping[str, str], path: Path) -> Iterator[Claim]:
    for name in labels:
        if _is_annotation(name) and name not in annotations:
            of_pods = ", of the pod template" if isinstance(view, Workload) and not view.is_pod else ""
            yield Claim(
                view,
                (*path, "labels", name),
                f"Linkerd reads {name} as an annotation: as a label it has no effect.",
                fix=f"Move it from the labels to the annotations{of_pods}.",
                on_key=True,
            )
