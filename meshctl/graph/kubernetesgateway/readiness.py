"""Whether a Service has endpoints, as far as workloads and the states of their pods tell."""

from msgspec import Struct

from meshctl.graph.fields import numbered
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.workloads import machines, workloads


class Ready(Struct, frozen=True):
    """Whether a Service has, or may have, `some` endpoint; and how many running pods it selects."""

    some: bool
    pods: int


class Readiness:
    """Answers for Services; those that select the same are looked at once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._found: dict[tuple[str, frozenset[tuple[str, str]]], Ready] = {}

    def __call__(self, service: Service) -> Ready:
        """What is behind a Service with a selector."""
        key = service.namespace, frozenset(service.selector.items())
        if key not in self._found:
            self._found[key] = self._look(service)
        ready = self._found[key]
        return Ready(True, ready.pods) if ready.pods and service.spec.get("publishNotReadyAddresses") is True else ready

    def _look(self, service: Service) -> Ready:
        selected = workloads(self._mesh).selected_by(service.selector, service.namespace)
        pods = [w for w in selected if w.is_created and not w.has_ended]
        if pods:
            return Ready(any(map(_may_be_ready, pods)), len(pods))
        others = selected or machines(self._mesh).selected_by(service.selector, service.namespace)
        return Ready(bool(others), 0)


@index(Service, Workload, Machine)
def readiness(mesh: MeshGraph) -> Readiness:
    """Whether Services have endpoints."""
    return Readiness(mesh)


def _may_be_ready(pod: Workload) -> bool:
    """Whether a pod is ready; one that says nothing of it may be."""
    states = [c.get("status") for _, c in numbered(pod.status.get("conditions")) if c.get("type") == "Ready"]
    return not states or "True" in states
