"""Claims about annotations of Istio: unknown, misplaced, invalid and deprecated ones."""

from collections.abc import Callable, Iterator

from msgspec import structs

from meshctl.analysis.analyzer import Claim
from meshctl.graph.annotations import LABELS_NOT_ANNOTATIONS, Annotation, istio_annotations, nearest_annotation
from meshctl.graph.annotationvalues import value_problem
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxyresources import RESOURCE_ANNOTATIONS
from meshctl.model.edit import Edit
from meshctl.model.paths import dotted
from meshctl.model.severity import Severity

_AT_GATEWAY = "Remove it from the Gateway that Istio copied it from, if it is of no use there either."

Judge = Callable[[Annotation], Claim | None]

# The kinds whose own annotations Istio's analysis looks at. What a template says, it sees on the pods alone.
_LOOKED_AT = frozenset({"Deployment", "Namespace", "Pod", "Service"})


def annotation_claims(mesh: MeshGraph, judge: Judge) -> Iterator[Claim]:
    """What is wrong, as `judge` sees it, with the annotations that Istio's own analysis looks at."""
    return _claims((found for found in istio_annotations(mesh) if _is_looked_at(found)), judge)


def other_annotation_claims(mesh: MeshGraph, judge: Judge) -> Iterator[Claim]:
    """The same for those of pod templates, and of workloads that it does not know."""
    return _claims((found for found in istio_annotations(mesh) if not (_is_looked_at(found) or found.copied)), judge)


def unknown_annotation(found: Annotation) -> Claim | None:
    """That Istio does not know it."""
    if found.known is not None:
        return None
    if found.name in LABELS_NOT_ANNOTATIONS:
        message = f"{found.name} is a label: as an annotation Istio does not see it."
        fix = "Move it from the annotations to the labels."
    elif not found.is_istios:
        message = f"The domain of the annotation {found.name} ends like Istio's, but is not: Istio ignores it."
        fix = "Correct it if istio.io was meant; else there is nothing to do."
        return Claim(found.subject, found.path, message, fix=fix, on_key=True, severity=Severity.INFO)
    else:
        near = nearest_annotation(found.name)
        message = f"Istio knows no annotation {found.name} and ignores it."
        fix = f"Did you mean {near}?" if near else "Correct its name, or remove it."
    return Claim(found.subject, found.path, message, fix=fix, on_key=True)


def misplaced_annotation(found: Annotation) -> Claim | None:
    """That nobody reads it there."""
    if found.known is None or found.known.works_on(found.kind) or (found.copied and found.known.works_on("Gateway")):
        return None
    where = "a pod template" if found.kind == "Pod" != found.subject.id.kind else f"a {found.kind}"
    kinds = " or ".join(found.known.kinds)
    fix = "Move it to where it is read, or remove it."
    if found.known.works_on("Pod") and isinstance(found.subject, Workload):
        fix = f"Move it to {dotted(found.subject.pod_field('metadata', 'annotations'))}."
    message = f"The annotation {found.name} has no effect on {where}: it is read on {kinds} alone."
    return Claim(found.subject, found.path, message, fix=fix, on_key=True)


def invalid_annotation(found: Annotation) -> Claim | None:
    """That its value cannot be read."""
    if found.known is None or not found.known.works_on(found.kind):
        return None
    # What a template gives the proxy is another check's.
    if found.subject.id.kind != "Pod" and found.name in RESOURCE_ANNOTATIONS:
        return None
    problem = value_problem(found.name, found.value)
    if not problem:
        return None
    value = repr(found.value) if len(found.value) <= 40 and "\n" not in found.value else "The value"
    message = f"{value} of the annotation {found.name} {problem}."
    return Claim(found.subject, found.path, message, fix=f"Correct the value of {found.name}.")


def deprecated_annotation(found: Annotation) -> Claim | None:
    """That it is on its way out."""
    if found.known is None or found.known.instead is None or found.name in found.labels:
        return None
    message = f"The annotation {found.name} is deprecated and will stop working in some later version of Istio."
    instead = found.known.instead
    fix = f"Use {instead} instead." if instead else "Remove it."
    # The value stays what it is only where another annotation takes the place of this one as a whole.
    name = instead.removeprefix("the annotation ")
    edit = Edit("rename", found.path, name) if name != instead and " " not in name else None
    return Claim(found.subject, found.path, message, fix=fix, on_key=True, edit=edit)


def _claims(annotations: Iterator[Annotation], judge: Judge) -> Iterator[Claim]:
    for found in annotations:
        if claim := judge(found):
            # Istio copies all that a Gateway carries, also what is of no use to its Service and pods.
            yield structs.replace(claim, severity=Severity.INFO, fix=_AT_GATEWAY, edit=None) if found.copied else claim


def _is_looked_at(found: Annotation) -> bool:
    kind = found.subject.id.kind
    return kind == found.kind and kind in _LOOKED_AT
