"""An annotation in one of Istio's domains has a name that Istio does not know.

Why: Istio ignores it without a word. Most often it is a slip of the keyboard, or a label that was written as an
annotation, and what it was to switch on stays off.

Example:
    kind: Service
    metadata:
      name: web
      annotations:
        networking.istio.io/exportsTo: "."   # networking.istio.io/exportTo

Fix: correct the name, move it to the labels if it is one, or remove it.

Silent when: the domain is not istio.io or one below it; Istio itself writes the annotation; or the resource was made by
Istio from a Gateway, or is a pod of a controller in the input.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    LABELS_NOT_ANNOTATIONS,
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    istio_annotations,
    nearest_annotation,
)


@analyzer("IST0108", "annotation-unknown", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in istio_annotations(mesh):
        if found.known is not None:
            continue
        if found.name in LABELS_NOT_ANNOTATIONS:
            message = f"{found.name} is a label: as an annotation Istio does not see it."
            fix = "Move it from the annotations to the labels."
        else:
            near = nearest_annotation(found.name)
            message = f"Istio knows no annotation {found.name} and ignores it."
            fix = f"Did you mean {near}?" if near else "Correct its name, or remove it."
        yield Claim(found.subject, found.path, message, fix=fix, on_key=True)
