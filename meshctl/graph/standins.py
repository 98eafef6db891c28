"""What has the labels of a selector where no pod has them yet."""

from collections.abc import Mapping

from meshctl.graph.deployedgateways import deployed_gateways
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.workloads import machines, pods_were_read, workloads

StandIn = Workload | Machine | KubernetesGateway


def stand_in(
    mesh: MeshGraph, selector: Mapping[str, str], place: str = "", *, beside_templates: bool = True
) -> StandIn | None:
    """The first of what has these labels where no pod that was read has them; None where one has, or none was read.

    Looked at are the templates of pods, and with `beside_templates` virtual machines and Gateways that Istio deploys.
    """
    if not pods_were_read(mesh, place):
        return None
    selected = workloads(mesh).selected_by(selector, place)
    if any(w.is_pod for w in selected):
        return None
    if selected or not beside_templates:
        return next(iter(selected), None)
    gateways = deployed_gateways(mesh).selected_by(selector, place)
    return next(iter(gateways), None) or next(iter(machines(mesh).selected_by(selector, place)), None)


def makes_or_has(found: StandIn) -> str:
    """The rest of a sentence about labels that no pod has."""
    return f"{found.id} has them" if isinstance(found, Machine) else f"{found.id} makes such pods"
