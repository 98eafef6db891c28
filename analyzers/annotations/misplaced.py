"""An annotation of Istio stands on a kind of resource where nobody reads it.

Why: Istio looks for each annotation in one place. An annotation for pods on a Deployment itself, say, changes nothing,
while whoever wrote it believes that it does.

Example:
    kind: Deployment
    metadata:
      name: web
      annotations:
        proxy.istio.io/config: "holdApplicationUntilProxyStarts: true"   # belongs into spec.template.metadata

Fix: move the annotation to where it is read; those for pods into the pod template.

Silent when: the resource was made by Istio from a Gateway, or is a pod of a controller in the input.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Annotation,
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    dotted,
    istio_annotations,
)


@analyzer("IST0107", "annotation-misplaced", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in istio_annotations(mesh):
        if found.known is None or found.known.works_on(found.kind):
            continue
        where = "a pod template" if found.kind == "Pod" != found.subject.id.kind else f"a {found.kind}"
        kinds = " or ".join(found.known.kinds)
        yield Claim(
            found.subject,
            found.path,
            f"The annotation {found.name} has no effect on {where}: it is read on {kinds} alone.",
            fix=_fix(found),
            on_key=True,
        )


def _fix(found: Annotation) -> str:
    if found.known and found.known.works_on("Pod") and isinstance(found.subject, Workload):
        return f"Move it to {dotted(found.subject.pod_field('metadata', 'annotations'))}."
    return "Move it to where it is read, or remove it."
