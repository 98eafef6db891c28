"""Pods that should have a sidecar and have none."""

from dataclasses import dataclass

from meshctl.graph.ambient import in_ambient
from meshctl.graph.injection import Decision, injection, is_istios_namespace
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Pod, Workload
from meshctl.graph.mesh import MeshGraph, index


@dataclass(frozen=True, slots=True)
class MissingProxy:
    """A pod without the sidecar that it should have; `by_itself` says that only the pod asks for it, not its place."""

    pod: Pod
    decision: Decision
    by_itself: bool


@index(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration)
def missing_proxies(mesh: MeshGraph) -> tuple[MissingProxy, ...]:
    """Pods that a new one like them would have a sidecar in place of. Istio's own namespace is left out."""
    decisions = injection(mesh)
    injected = {(n.cluster, n.name): decisions.decide_by_default(n).injected for n in mesh.all(Namespace)}
    found = []
    for pod in mesh.all(Pod):
        if (pod.proxy and pod.proxy.image) or pod.has_ended or is_istios_namespace(mesh, pod.namespace):
            continue
        decision = decisions.decide(pod)
        if decision.injected and not in_ambient(mesh, pod):
            own = decision.cause == "pod" and not injected.get((pod.cluster, pod.namespace), False)
            found.append(MissingProxy(pod, decision, own))
    return tuple(found)
