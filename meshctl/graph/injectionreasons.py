"""Why the injector is asked about a pod, or not: sentences for people."""

from collections.abc import Sequence, Set

from meshctl.graph.nearest import Names
from meshctl.graph.podrequest import PodRequest
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION, InjectionWebhook


def why_called(request: PodRequest, webhook: InjectionWebhook) -> str:
    """What makes the API server call the webhook, by the labels that Istio's own webhooks look at."""
    place = f"Namespace {request.place}"
    if request.namespace.get(INJECTION) == "enabled":
        return f"{place} has {INJECTION}=enabled."
    if chosen := request.namespace.get(REVISION):
        return f"{place} has {REVISION}={chosen}."
    if chosen := request.labels.get(REVISION):
        return f"The pod's label {REVISION}={chosen} asks for a proxy."
    if request.labels.get(INJECT) == "true":
        return f"The pod's label {INJECT}=true asks for a proxy."
    return f"{place} has no injection label, and the webhook {webhook.full_name} is for such namespaces too."


def why_not_called(request: PodRequest, served: Set[str] | None) -> str:
    """Why no webhook is called. `served` are the revisions and tags with a webhook; None where they are assumed."""
    place, wanted = f"Namespace {request.place}", request.namespace.get(INJECTION)
    if request.labels.get(INJECT) == "false":
        return f"The pod's label {INJECT}=false keeps every webhook away."
    if not request.place_known:
        return f"{place} is not in the given files: its labels are not known, and the pod asks for no proxy itself."
    if wanted == "disabled":
        return f"{place} has {INJECTION}=disabled."
    if wanted not in (None, "enabled"):
        return f"{place} has {INJECTION}={wanted}, which switches injection off: only `enabled` switches it on."
    if wanted == "enabled":
        return f"{place} has {INJECTION}=enabled, but no webhook of the input is for that label{_serving(served)}."
    for who, labels in ((f"{place} has", request.namespace), ("The pod has", request.labels)):
        if REVISION in labels and served is not None and labels[REVISION] not in served:
            near = Names(served).nearest(labels[REVISION])
            hint = f": did you mean {near}?" if near else f"{_serving(served)}."
            return f"{who} {REVISION}={labels[REVISION]}, but no webhook of the input is for that revision{hint}"
    if REVISION in request.namespace or REVISION in request.labels or request.labels.get(INJECT) == "true":
        return f"No webhook of the input accepts a new pod with these labels in namespace {request.place}."
    if request.annotation == "true":
        return f"{place} has no injection label, and {INJECT}=true calls a webhook as a label, not as an annotation."
    return f"{place} has no injection label, and the pod asks for no proxy itself."


def remarks(called: Sequence[InjectionWebhook]) -> str:
    """What makes the answer less certain than it looks; empty as a rule."""
    if len(called) > 1:
        return f" {len(called)} webhooks are called for the same pod, and the later one changes what the first did."
    if called[0].webhook.conditional:
        return " The matchConditions of the webhook were not evaluated and are taken to hold."
    return ""


def _serving(served: Set[str] | None) -> str:
    return f"; there are {', '.join(sorted(served))}" if served else ""
