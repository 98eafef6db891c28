"""Several proxies with one problem: which pod the finding is of, and how the others are named."""

from collections.abc import Sequence

from meshctl.analysis.analyzer import Also
from meshctl.analysis.phrases import MOST, enumerated
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxies import pod_of
from meshctl.model.proxystate import ProxyState


def together(mesh: MeshGraph, states: Sequence[ProxyState], what: str) -> tuple[Pod, str, tuple[Also, ...]]:
    """The first pod, the names of all, and the other ones that are in files: `what` says what is wrong with those.

    Needs Pod among what a check reads.
    """
    pods = [pod_of(mesh, state) for state in states[: MOST + 1]]
    names = enumerated((state.id for state in states), len(states))
    return pods[0], names, _given(pods[1:], what)


def pods_together(pods: Sequence[Pod], what: str) -> tuple[Pod, str, tuple[Also, ...]]:
    """The same of pods, in the order of their names."""
    pods = sorted(pods, key=lambda pod: pod.id)
    return pods[0], enumerated((pod.full_name for pod in pods), len(pods)), _given(pods[1 : MOST + 1], what)


def _given(pods: Sequence[Pod], what: str) -> tuple[Also, ...]:
    return tuple(Also(pod, ("metadata", "name"), what) for pod in pods if pod.resource.origin is not None)
