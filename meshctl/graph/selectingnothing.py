"""Policies whose labels nobody carries."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from meshctl.graph.deployedgateways import deployed_gateways
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.selectors import selector_text
from meshctl.graph.workloads import machines, workloads


class Selecting(Protocol):
    """Anything with a selector that counts in its namespace."""

    @property
    def namespace(self) -> str:
        """The namespace that it is in."""

    @property
    def selector(self) -> Mapping[str, str]:
        """The labels that it selects."""


S = TypeVar("S", bound=Selecting)


def selecting_nothing(mesh: MeshGraph, policies: Iterable[S], *, everywhere: str = "") -> Iterator[tuple[S, Missing]]:
    """Those whose selector selects no workload, each with what it lacks.

    Policies of the namespace `everywhere` are for workloads of all. A Gateway of the Gateway API stands for the pods
    that Istio makes for it. Reads Workload, Machine and KubernetesGateway.
    """
    kinds = (*Workload.KINDS, *Machine.KINDS)
    for policy in policies:
        place = "" if policy.namespace == everywhere else policy.namespace
        those = (workloads(mesh), machines(mesh), deployed_gateways(mesh))
        if policy.selector and not any(each.selected_by(policy.selector, place) for each in those):
            yield policy, Missing("workload", selector_text(policy.selector), kinds, place)
