"""Which pods get a sidecar: whom the API server asks, and what the injector answers."""

from typing import Literal

from msgspec import Struct

from meshctl.graph.ambient import MODE
from meshctl.graph.fields import EMPTY, Fields
from meshctl.graph.injectionreasons import remarks, why_called, why_not_called
from meshctl.graph.injectorpolicy import InjectorPolicy, injector_policies, selected
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.othermeshes import is_linkerds, only_others
from meshctl.graph.podrequest import NAMESPACE_NAME, PodRequest
from meshctl.graph.webhooks import (
    IGNORED_NAMESPACES,
    INJECT,
    INJECTION,
    REVISION,
    InjectionWebhook,
    injection_webhooks,
    selector_keys,
)

Cause = Literal[
    "host network", "ignored namespace", "not called", "pod", "never selected", "always selected", "policy", "off"
]


class Decision(Struct, frozen=True):
    """Whether a new pod gets a proxy, and why.

    `called` are the webhooks that the API server calls, as `configuration/webhook`; `revision` that of the one that
    decides, empty if none is called. `reason` is a sentence or two. `assumed` says that no webhook was read and a
    default installation stands for them; `place_known` that the labels of the namespace were read; `conditional` that a
    webhook has matchConditions, which cannot be evaluated here and are taken to hold.
    """

    injected: bool
    called: tuple[str, ...]
    revision: str
    cause: Cause
    reason: str
    assumed: bool
    place_known: bool
    conditional: bool

    @property
    def depends_on_place(self) -> bool:
        """Whether labels of a namespace that was not read could make the pod get a proxy."""
        decided = self.place_known or self.injected
        return not decided and self.cause not in ("host network", "ignored namespace", "pod")


class _Answer(Struct, frozen=True):
    injected: bool
    cause: Cause
    reason: str


class Injection:
    """Decides for pods and templates. What differs in nothing that matters is decided once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._webhooks = injection_webhooks(mesh)
        self._policies = injector_policies(mesh)
        self._places = {(n.cluster, n.name): n.labels for n in mesh.all(Namespace)}
        self._all_places_known = mesh.absence_is_proven(Missing("namespace", "", Namespace.KINDS))
        asked = (selector_keys(s) for policy in self._policies.values() for s in policy.selectors)
        self._keys = tuple(sorted(self._webhooks.looked_at().union(*asked)))
        self._decided: dict[tuple[object, ...], Decision] = {}

    def decide(self, workload: Workload) -> Decision:
        """The decision for a new pod like this one, or for one that its template makes."""
        labels, annotation = workload.pod_labels, workload.pod_annotations.get(INJECT)
        seen = tuple([labels.get(key) for key in self._keys])
        key = (workload.cluster, workload.namespace, seen, annotation, workload.host_network)
        decision = self._decided.get(key)
        if decision is None:
            decision = self._decided[key] = self._decide(self._request(workload))
        return decision

    def selected_without_rules(self, workload: Workload) -> bool:
        """Whether a webhook selects its pods that says no rules, so that nobody knows yet what it is called for."""
        request = self._request(workload)
        selecting = self._webhooks.selecting(request.cluster, request.namespace, request.labels)
        return any(not webhook.webhook.rules for webhook in selecting)

    def decide_if_enabled(self, workload: Workload) -> Decision:
        """The decision if the namespace had the label `istio-injection=enabled`."""
        return self._decide(self._request(workload, {INJECTION: "enabled"}))

    def decide_by_default(self, namespace: Namespace) -> Decision:
        """The decision for a pod of this namespace that says nothing itself."""
        place = {**namespace.labels, NAMESPACE_NAME: namespace.name}
        return self._decide(PodRequest(namespace.cluster, place, True, EMPTY))

    def _request(self, workload: Workload, more: Fields = EMPTY) -> PodRequest:
        read = self._places.get((workload.cluster, workload.namespace))
        return PodRequest(
            cluster=workload.cluster,
            namespace={**(read or {}), **more, NAMESPACE_NAME: workload.namespace},
            place_known=read is not None or self._all_places_known,
            labels=workload.pod_labels,
            annotation=workload.pod_annotations.get(INJECT),
            host_network=workload.host_network,
        )

    def _decide(self, request: PodRequest) -> Decision:
        called = self._webhooks.called(request.cluster, request.namespace, request.labels)
        answers = [(webhook, self._answer(request, webhook)) for webhook in called]
        if answers:
            decider, answer = next((a for a in answers if a[1].injected), answers[0])
            revision, reason = decider.revision, answer.reason + remarks(called)
        else:
            answer = _impossible(request) or self._not_called(request)
            revision, reason = "", answer.reason
        return Decision(
            injected=answer.injected,
            called=tuple(webhook.full_name for webhook in called),
            revision=revision,
            cause=answer.cause,
            reason=reason,
            assumed=self._webhooks.assumed_in(request.cluster),
            place_known=request.place_known,
            conditional=any(webhook.webhook.conditional for webhook in called),
        )

    def _not_called(self, request: PodRequest) -> _Answer:
        served = None if self._webhooks.assumed_in(request.cluster) else self._webhooks.served_in(request.cluster)
        cause: Cause = "pod" if request.labels.get(INJECT) == "false" else "not called"
        return _Answer(False, cause, why_not_called(request, served))

    def _answer(self, request: PodRequest, webhook: InjectionWebhook) -> _Answer:
        """What the injector does, in the order in which it looks at things."""
        revision = webhook.revision
        policy = self._policies.get(revision, InjectorPolicy())
        if impossible := _impossible(request):
            return impossible
        if not policy.legal:
            reason = (
                f"The policy {policy.policy!r} of revision {revision} is unknown, which switches all injection off."
            )
            return _Answer(False, "off", reason)
        # A label that is there hides the annotation, whatever its value.
        wish = request.labels.get(INJECT, request.annotation)
        if wish in ("true", "false"):
            how = "label" if INJECT in request.labels else "annotation"
            return _Answer(wish == "true", "pod", f"The pod's {how} {INJECT}={wish} decides.")
        if selected(policy.never, request.labels):
            return _Answer(False, "never selected", f"A neverInjectSelector of revision {revision} selects the pod.")
        if selected(policy.always, request.labels):
            return _Answer(True, "always selected", f"An alwaysInjectSelector of revision {revision} selects the pod.")
        if policy.policy == "disabled":
            reason = f"The policy of revision {revision} is disabled: only a pod with {INJECT}=true gets a proxy."
            return _Answer(False, "policy", reason)
        return _Answer(True, "policy", why_called(request, webhook))


@index(MutatingWebhookConfiguration, ConfigMap, Namespace)
def injection(mesh: MeshGraph) -> Injection:
    """What decides about sidecars in this mesh."""
    return Injection(mesh)


@index(MutatingWebhookConfiguration, ConfigMap, Namespace)
def undecided_namespaces(mesh: MeshGraph) -> tuple[tuple[Namespace, Decision], ...]:
    """Namespaces without a label for or against the mesh, with what a pod gets there that says nothing itself.

    Istio's own namespace is none of them, nor one that is decided about in another mesh; and there is none where the
    input speaks of other meshes and not of Istio.
    """
    if only_others(mesh):
        return ()
    return tuple(
        (namespace, injection(mesh).decide_by_default(namespace))
        for namespace in mesh.all(Namespace)
        if not is_istios_namespace(mesh, namespace.name)
        and not namespace.labels.get(INJECTION)
        and REVISION not in namespace.labels
        and namespace.labels.get(MODE) != "ambient"
        and not is_linkerds(namespace)
    )


def is_istios_namespace(mesh: MeshGraph, name: str) -> bool:
    """Whether the control plane lives there."""
    return name in ("istio-system", mesh.settings.istio_namespace)


def _impossible(request: PodRequest) -> _Answer | None:
    if request.host_network:
        reason = "The pod uses the node's network (hostNetwork), where a sidecar cannot intercept anything."
        return _Answer(False, "host network", reason)
    if request.place in IGNORED_NAMESPACES:
        return _Answer(False, "ignored namespace", f"The injector always leaves out namespace {request.place}.")
    return None
