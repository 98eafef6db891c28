"""Services in ambient mode, and what is attached to services that no waypoint serves."""

from collections.abc import Sequence
from typing import NamedTuple

from meshctl.graph.ambient import in_ambient
from meshctl.graph.ambientmesh.waypoints import WAYPOINT_READS, waypoints
from meshctl.graph.deployedgateways import GATEWAY_NAME
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import Policy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.policytargets import PolicyTarget, policy_targets
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.workloads import workloads
from meshctl.model.ids import ResourceId

TARGET_READS = (Policy, *WAYPOINT_READS)
"""The kinds that `targets_without_waypoint` reads."""


class Served:
    """Which services are in ambient mode, each looked at once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._known: dict[ResourceId, bool] = {}

    def in_ambient(self, service: Service) -> bool:
        """Whether there are workloads behind a Service and all of them are in ambient mode."""
        if service.id not in self._known:
            selected = (
                workloads(self._mesh).selected_by(service.selector, service.namespace) if service.selector else ()
            )
            those = [w for w in selected if GATEWAY_NAME not in w.pod_labels and not w.has_ended]
            self._known[service.id] = bool(those) and all(in_ambient(self._mesh, w) for w in those)
        return self._known[service.id]


@index(Service, Workload, Namespace)
def served(mesh: MeshGraph) -> Served:
    """Which services are in ambient mode."""
    return Served(mesh)


class UnservedTarget(NamedTuple):
    """A service that a policy names in `targetRefs` and that has no waypoint to enforce it."""

    target: PolicyTarget
    service: Service | ServiceEntry


@index(*TARGET_READS)
def targets_without_waypoint(mesh: MeshGraph) -> Sequence[UnservedTarget]:
    """Targets of policies that are services in ambient mode, or of a ServiceEntry, of which no waypoint is asked."""
    found = []
    for target in policy_targets(mesh):
        place, name = target.policy.namespace, target.name
        service: Service | ServiceEntry | None = None
        if target.kind in Service.KINDS:
            service = mesh.get(Service, place, name)
            if service is None or not served(mesh).in_ambient(service):
                continue
        elif target.kind in ServiceEntry.KINDS:
            service = mesh.get(ServiceEntry, place, name)
        if service is not None and waypoints(mesh).answer(service) == "none":
            found.append(UnservedTarget(target, service))
    return tuple(found)
