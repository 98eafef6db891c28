"""Pods that should have a sidecar and have none."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.ambient import MODE, in_ambient
from meshctl.graph.injection import Decision, injection, is_istios_namespace
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Pod, Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.webhooks import INJECT, INJECTION


class MissingProxy(Struct, frozen=True):
    """A pod without the sidecar that it should have.

    `by_label` says that the label `istio-injection=enabled` of its namespace asks for one, whether or not the injector
    would listen; else it is a revision, the pod itself, or an installation that injects everywhere. `redirected` says
    that it is in ambient mode instead.
    """

    pod: Pod
    decision: Decision
    by_label: bool
    redirected: bool


@index(Namespace)
def labelled_places(mesh: MeshGraph) -> Mapping[tuple[str, str], bool]:
    """Cluster and name of the namespaces with `istio-injection=enabled`, each with whether it asks for ambient too."""
    labelled = (n for n in mesh.all(Namespace) if n.labels.get(INJECTION) == "enabled")
    return {(n.cluster, n.name): n.labels.get(MODE) == "ambient" for n in labelled}


def told_to_have_proxy(mesh: MeshGraph, pod: Workload) -> bool:
    """Whether the pod, by its own label or annotation, or that label of its namespace asks for a sidecar."""
    wish = pod.pod_labels.get(INJECT, pod.pod_annotations.get(INJECT))
    return wish == "true" or (wish is None and (pod.cluster, pod.namespace) in labelled_places(mesh))


@index(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration)
def missing_proxies(mesh: MeshGraph) -> tuple[MissingProxy, ...]:
    """Pods that should have a sidecar. Those of Istio's own namespace are left out."""
    decisions = injection(mesh)
    labelled = labelled_places(mesh)
    found = []
    for pod in mesh.all(Pod):
        if (pod.proxy and pod.proxy.image) or is_istios_namespace(mesh, pod.namespace):
            continue
        decision = decisions.decide(pod)
        by_label = labelled.get((pod.cluster, pod.namespace)) is False and not _refuses(pod)
        redirected = in_ambient(mesh, pod)
        if by_label or (decision.injected and not redirected):
            found.append(MissingProxy(pod, decision, by_label, redirected))
    return tuple(found)


def _refuses(pod: Pod) -> bool:
    wish = pod.pod_labels.get(INJECT, pod.pod_annotations.get(INJECT, ""))
    return pod.host_network or wish.lower() == "false"
