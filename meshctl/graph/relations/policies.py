"""Which workloads Telemetries select."""

from collections.abc import Iterator

from meshctl.graph.deployedgateways import deployed_gateways
from meshctl.graph.edges import Edge, relation
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.policy import Telemetry
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.selectors import selector_text
from meshctl.graph.workloads import machines, workloads


@relation(Telemetry, Workload, Machine, KubernetesGateway)
def telemetry_workloads(mesh: MeshGraph) -> Iterator[Edge]:
    """From a Telemetry with a selector to the workloads and machines of its namespace that it is for.

    Where it selects the pods that Istio makes for a Gateway, the edge leads to that one.
    """
    for telemetry in mesh.all(Telemetry):
        if not telemetry.selector or telemetry.targets:
            continue
        those = (
            *workloads(mesh).selected_by(telemetry.selector, telemetry.namespace),
            *machines(mesh).selected_by(telemetry.selector, telemetry.namespace),
            *deployed_gateways(mesh).selected_by(telemetry.selector, telemetry.namespace),
        )
        path = ("spec", "selector", "matchLabels")
        for workload in those:
            yield Edge("selects", telemetry, path, workload.id)
        if not those:
            kinds = (*Workload.KINDS, *Machine.KINDS)
            lacking = Missing("workload", selector_text(telemetry.selector), kinds, telemetry.namespace)
            yield Edge("selects", telemetry, path, lacking)
