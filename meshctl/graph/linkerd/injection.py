"""Which pods get Linkerd's proxy: what the namespace and the pod ask for, and what the webhook makes of it."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from meshctl.graph.fields import mapping
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.config import linkerd_values
from meshctl.graph.linkerd.presence import COMPONENT, INJECT, PROXY, linkerd_proxy
from meshctl.graph.linkerd.webhooks import CNI, IGNORED, WEBHOOKS, injector_webhooks
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.podrequest import NAMESPACE_NAME
from meshctl.graph.view import View
from meshctl.model.paths import Path

VALUES = ("enabled", "ingress", "disabled")
_ASKING = ("enabled", "ingress")
_OTHERS = ("istio-proxy", "istio-init")

LinkerdCause = Literal[
    "asked",
    "nobody asked",
    "refused",
    "value",
    "no webhook",
    "out of scope",
    "host network",
    "other sidecar",
    "no token",
]


class LinkerdDecision(Struct, frozen=True):
    """Whether a new pod gets Linkerd's proxy, and why.

    `wanted` says that the annotations ask for one, whether or not it comes; `ingress` that it would be one in ingress
    mode. `decider` is what has the annotation or field that decides, at `path`; None where there is none. `reason` is
    a sentence or two. `called` are the webhooks that the API server calls, as `configuration/webhook`. `assumed` says
    that no webhook was read and a default installation stands for it; `place_known` that the namespace was read.
    """

    injected: bool
    wanted: bool
    ingress: bool
    cause: LinkerdCause
    reason: str
    decider: View | None
    path: Path
    called: tuple[str, ...]
    assumed: bool
    place_known: bool

    @property
    def depends_on_place(self) -> bool:
        """Whether a namespace that was not read could make the pod get a proxy."""
        return not self.place_known and self.cause == "nobody asked"


class _Wish(Struct, frozen=True):
    """What the annotations come to, before the webhook is asked."""

    cause: LinkerdCause
    reason: str
    decider: View | None
    path: Path
    ingress: bool = False


class LinkerdInjection:
    """Decides for pods and templates of one cluster."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._webhooks = injector_webhooks(mesh)
        self._places = {n.name: n for n in mesh.all(Namespace)}
        self._all_places_known = mesh.absence_is_proven(Missing("namespace", "", Namespace.KINDS))
        identity = mapping(linkerd_values(mesh).get("identity"))
        self._needs_token = identity.get("serviceAccountTokenProjection") is False

    def decide(self, workload: Workload) -> LinkerdDecision:
        """The decision for a new pod like this one, or for one that its template makes."""
        place = self._places.get(workload.namespace)
        wish = self._wish(workload, place)
        wanted = wish.cause == "asked"
        labels = {**(place.labels if place else {}), NAMESPACE_NAME: workload.namespace}
        called = self._webhooks.called(labels, workload.pod_labels)
        result = (self._obstacle(workload, place, labels, called) or wish) if wanted else wish
        return LinkerdDecision(
            injected=result.cause == "asked",
            wanted=wanted,
            ingress=wish.ingress,
            cause=result.cause,
            reason=result.reason,
            decider=result.decider,
            path=result.path,
            called=called,
            assumed=self._webhooks.assumed,
            place_known=place is not None or self._all_places_known,
        )

    def _wish(self, workload: Workload, place: Namespace | None) -> _Wish:
        """The order is the injector's: a wrong value of the namespace goes before anything that the pod says."""
        of_place = place.annotations.get(INJECT, "") if place else ""
        of_pod = workload.pod_annotations.get(INJECT, "")
        here, there = ("metadata", "annotations", INJECT), workload.pod_field("metadata", "annotations", INJECT)
        if of_place and of_place not in VALUES:
            reason = (
                f"Namespace {workload.namespace} has {INJECT}: {of_place}, which is not understood and switches"
                " injection off for all of its pods, whatever they say themselves."
            )
            return _Wish("value", reason, place, here)
        if of_pod and of_pod not in VALUES:
            reason = f"The pod has {INJECT}: {of_pod}, which is not understood: it gets no proxy."
            return _Wish("value", reason, workload, there)
        if of_pod == "disabled":
            return _Wish("refused", f"The pod has {INJECT}: disabled.", workload, there)
        if of_pod:
            return _Wish("asked", f"The pod has {INJECT}: {of_pod}.", workload, there, of_pod == "ingress")
        if of_place in _ASKING:
            reason = f"Namespace {workload.namespace} has {INJECT}: {of_place}."
            return _Wish("asked", reason, place, here, of_place == "ingress")
        if of_place == "disabled":
            return _Wish("refused", f"Namespace {workload.namespace} has {INJECT}: disabled.", place, here)
        if place is None and not self._all_places_known:
            reason = (
                f"Namespace {workload.namespace} is not in the given files: its annotations are not known, and the pod"
                " asks for no proxy itself."
            )
            return _Wish("nobody asked", reason, None, ())
        reason = f"Neither the pod nor namespace {workload.namespace} has the annotation {INJECT}."
        return _Wish("nobody asked", reason, None, ())

    def _obstacle(
        self, workload: Workload, place: Namespace | None, labels: Mapping[str, str], called: tuple[str, ...]
    ) -> _Wish | None:
        """What keeps the proxy away from a pod for which it is asked."""
        if self._webhooks.none_exist:
            reason = "The cluster has no webhook of Linkerd's injector, so nothing is injected."
            return _Wish("no webhook", reason, None, ())
        if not called:
            return _out_of_scope(workload, place, labels)
        if workload.host_network:
            reason = "The pod uses the node's network (hostNetwork), where a proxy cannot intercept anything."
            return _Wish("host network", reason, workload, workload.pod_field("spec", "hostNetwork"))
        if other := _other_sidecar(workload):
            reason = f"The pod has the container {other[0]} already, and the injector leaves such pods alone."
            return _Wish("other sidecar", reason, workload, other[1])
        if self._needs_token and workload.pod_spec.get("automountServiceAccountToken") is False:
            reason = (
                "The pod has automountServiceAccountToken: false, and Linkerd is installed without token projection:"
                " the proxy would have no identity, so the injector leaves the pod out."
            )
            return _Wish("no token", reason, workload, workload.pod_field("spec", "automountServiceAccountToken"))
        return None


@index(MutatingWebhookConfiguration, ConfigMap, Namespace)
def linkerd_injection(mesh: MeshGraph) -> LinkerdInjection:
    """What decides about Linkerd's proxies."""
    return LinkerdInjection(mesh)


def gets_linkerd_proxy(mesh: MeshGraph, workload: Workload) -> bool | None:
    """Whether its pods have Linkerd's proxy or get one; None where that depends on a Namespace that was not read."""
    if linkerd_proxy(workload):
        return True
    if workload.is_created:
        return False
    decision = linkerd_injection(mesh).decide(workload)
    return None if decision.depends_on_place else decision.injected


def _out_of_scope(workload: Workload, place: Namespace | None, labels: Mapping[str, str]) -> _Wish:
    """Why no webhook is called, by what Linkerd's own webhook looks at."""
    for key in (COMPONENT, CNI):
        if key in workload.pod_labels:
            reason = f"The pod has the label {key}, which keeps it out of the injector's webhook."
            return _Wish("out of scope", reason, workload, workload.pod_field("metadata", "labels", key))
    if labels.get(WEBHOOKS) == "disabled":
        reason = f"Namespace {workload.namespace} has the label {WEBHOOKS}: disabled, so no pod of it is injected."
        return _Wish("out of scope", reason, place, ("metadata", "labels", WEBHOOKS))
    if workload.namespace in IGNORED:
        reason = f"The injector's webhook leaves out namespace {workload.namespace}."
        return _Wish("out of scope", reason, place, ("metadata", "name"))
    reason = f"The selectors of the injector's webhook leave out such pods of namespace {workload.namespace}."
    return _Wish("out of scope", reason, place, ("metadata", "name"))


def _other_sidecar(workload: Workload) -> tuple[str, Path] | None:
    """A sidecar that stops the injector; a pod that it injected itself would be injected anew."""
    for container in workload.containers:
        if container.name in _OTHERS:
            return container.name, container.path
        if container.name == PROXY and not workload.is_created:
            return container.name, container.path
    return None
