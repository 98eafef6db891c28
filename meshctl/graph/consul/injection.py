"""Which pods get Consul's sidecar: whom the API server asks, and what the injector answers."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from meshctl.graph.consul.annotations import GATEWAY_KIND, INJECT, STATUS
from meshctl.graph.consul.installation import Installation, installation
from meshctl.graph.consul.values import truth
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.podrequest import NAMESPACE_NAME
from meshctl.graph.selectors import label_selector_matches

SYSTEM_NAMESPACES = ("kube-system", "kube-public")
SIDECARS = ("consul-dataplane", "envoy-sidecar")

Cause = Literal["system namespace", "not called", "left out", "denied", "not allowed", "invalid", "pod", "default"]


class ConsulDecision(NamedTuple):
    """Whether a new pod gets Consul's sidecar, and why, in a sentence.

    `invalid` as the cause says that the pod is refused, for its annotation can be read neither as true nor as false.
    `called` are the webhooks that the API server asks, as `configuration/webhook`; `assumed` says that the injector was
    not in the input, so that the defaults of an installation stand for it.
    """

    injected: bool
    cause: Cause
    reason: str
    called: tuple[str, ...] = ()
    assumed: bool = False

    @property
    def overrules_pod(self) -> bool:
        """Whether something else decides, whatever the annotation of the pod says."""
        return self.cause in ("system namespace", "not called", "left out", "denied", "not allowed")


class ConsulInjection:
    """Decides for pods and templates."""

    def __init__(self, installed: Installation, places: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        self._installed = installed
        self._places = places

    def decide(self, workload: Workload) -> ConsulDecision:
        """The decision for a new pod like this one, or for one that its template makes."""
        return self._decide(workload.cluster, workload.namespace, workload.pod_labels, workload.pod_annotations)

    def _decide(
        self, cluster: str, place: str, labels: Mapping[str, str], annotations: Mapping[str, str]
    ) -> ConsulDecision:
        installed = self._installed
        webhook, called = installed.webhook, (installed.webhook_name,) if installed.webhook else ()
        namespace = {**self._places.get((cluster, place), {}), NAMESPACE_NAME: place}
        decision: tuple[bool, Cause, str]
        if webhook and not label_selector_matches(webhook.namespace_selector, namespace):
            reason = f"The webhook {installed.webhook_name} does not select pods of namespace {place}."
            decision, called = (False, "not called", reason), ()
        elif webhook and not webhook.selects(namespace, labels):
            reason = f"The webhook {installed.webhook_name} leaves out pods with such labels."
            decision, called = (False, "left out", reason), ()
        elif place in SYSTEM_NAMESPACES:
            decision = (False, "system namespace", f"The injector always leaves out namespace {place}.")
        elif place in installed.denied:
            decision = (False, "denied", f"Namespace {place} is among those that the injector was told to deny.")
        elif not installed.allowed & {"*", place}:
            decision = (False, "not allowed", f"Namespace {place} is not among those that the injector may inject.")
        else:
            decision = self._answer(annotations)
        return ConsulDecision(*decision, called, installed.source is None)

    def _answer(self, annotations: Mapping[str, str]) -> tuple[bool, Cause, str]:
        wish = annotations.get(INJECT)
        if wish is None:
            if self._installed.inject_by_default:
                return True, "default", "Consul is installed so that every pod gets a sidecar that does not refuse it."
            return False, "default", f"No annotation {INJECT} asks for a sidecar."
        if truth(wish) is None:
            return False, "invalid", f"The annotation {INJECT}={wish} is neither true nor false: the pod is refused."
        return truth(wish) is True, "pod", f"The pod's annotation {INJECT}={wish} decides."


@index(Workload, MutatingWebhookConfiguration, Namespace)
def consul_injection(mesh: MeshGraph) -> ConsulInjection:
    """What decides about Consul's sidecars in this mesh."""
    return ConsulInjection(installation(mesh), {(n.cluster, n.name): n.labels for n in mesh.all(Namespace)})


def dataplanes(workload: Workload) -> tuple[Container, ...]:
    """The sidecars of Consul that are in a pod already; several in one that is several services."""
    return tuple(c for c in workload.containers if c.name.startswith(SIDECARS) and (not c.init or c.native))


def is_injected(workload: Workload) -> bool:
    """Whether the pod carries Consul's sidecar, or the mark of the injector."""
    return STATUS in workload.pod_annotations or bool(dataplanes(workload))


def is_gateway(workload: Workload) -> bool:
    """Whether it is a gateway of Consul, which has its Envoy without injection."""
    return GATEWAY_KIND in workload.pod_annotations or workload.pod_labels.get("component") == "api-gateway"
