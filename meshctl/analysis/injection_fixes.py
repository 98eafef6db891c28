"""The next step for a workload that does not have the proxy that it should have, or that somebody wants it to have."""

from meshctl.graph.injection import Decision
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.restarting import restart_advice
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION, injection_webhooks

_YES = frozenset({"enabled", "enable", "true", "yes", "on", "1"})


def next_step(mesh: MeshGraph, workload: Workload, decision: Decision, actual: bool | None) -> str:
    """A sentence or two; empty where nothing is to be done."""
    if len(decision.called) > 1:
        return "Let only one of the webhooks select these pods."
    if misplaced := _misplaced(workload, decision):
        return misplaced
    if decision.injected:
        return restart_advice(mesh, workload) if actual is False else ""
    how = _asking(mesh, workload, decision)
    return f"A new pod would have no proxy. {how}" if actual else how


def _misplaced(workload: Workload, decision: Decision) -> str:
    wish = workload.labels.get(INJECT)
    if workload.is_pod or INJECT in workload.pod_labels or wish != ("false" if decision.injected else "true"):
        return ""
    return (
        f'Move the label {INJECT}: "{wish}" from the {workload.id.kind} to spec.template.metadata.labels: '
        "no webhook looks at it where it is."
    )


def _asking(mesh: MeshGraph, workload: Workload, decision: Decision) -> str:
    """How it would get a proxy."""
    where = "labels" if INJECT in workload.pod_labels else "annotations"
    match decision.cause:
        case "host network":
            return "None is possible: only without hostNetwork can a pod have a sidecar."
        case "ignored namespace":
            return "None is possible here: move it to another namespace if it needs a sidecar."
        case "pod":
            return f"Remove {INJECT} from the {where} of the pod if it should have a sidecar."
        case "never selected":
            return f'Give the pod the label {INJECT}: "true" if it should have a sidecar.'
        case "policy":
            return f'Give the pod the label {INJECT}: "true".'
        case "off":
            return "Set the policy in the injector's ConfigMap to enabled or disabled."
    return _calling(mesh, workload, decision)


def _calling(mesh: MeshGraph, workload: Workload, decision: Decision) -> str:
    """How a webhook would be called."""
    wish = workload.pod_labels.get(INJECT)
    if wish is not None and wish != "true" and wish.lower() in _YES:
        return f'Write {INJECT}: "true" in the labels of the pod; {wish!r} is not understood.'
    if wish is None and workload.pod_annotations.get(INJECT, "").lower() in _YES:
        return f'Make it a label of the pod instead of an annotation: {INJECT}: "true".'
    if not decision.place_known:
        return f"Give the file with Namespace {workload.namespace} as well."
    namespace = mesh.get(Namespace, "", workload.namespace)
    labels = namespace.labels if namespace else {}
    if labels.get(INJECTION) == "enabled":
        return f"Make a revision the default one: istioctl tag set default --revision {_some_revision(mesh, workload)}."
    chosen = labels.get(REVISION) or (workload.pod_labels.get(REVISION) if INJECTION not in labels else "")
    if chosen:
        known = _some_revision(mesh, workload)
        return f"Install revision {chosen}, or make it a tag: istioctl tag set {chosen} --revision {known}."
    command = f"kubectl label namespace {workload.namespace} {INJECTION}=enabled"
    if INJECTION in labels:
        command += " --overwrite"
    return f"If it should have a sidecar: {command}, then {_uncapitalized(restart_advice(mesh, workload))}"


def _some_revision(mesh: MeshGraph, workload: Workload) -> str:
    installed = injection_webhooks(mesh).installed_in(workload.cluster)
    return min((webhook.revision for webhook in installed), default="REVISION")


def _uncapitalized(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
