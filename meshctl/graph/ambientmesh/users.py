"""Who asks for a waypoint without being in ambient mode."""

from collections.abc import Sequence

from meshctl.graph.ambient import MODE, in_ambient, in_ambient_namespace
from meshctl.graph.ambientmesh.waypoints import WAYPOINT_READS, WaypointUse, waypoints
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxied import is_gateway
from meshctl.graph.workloads import workloads


@index(*WAYPOINT_READS)
def users_outside_ambient(mesh: MeshGraph) -> Sequence[WaypointUse]:
    """Labels for a waypoint that exists: on pods that are not in ambient mode, or on a Namespace without any that are.

    A Namespace without workloads is none of them: its ServiceEntries may use the waypoint.
    """
    return tuple(use for use in waypoints(mesh).uses if use.exists and _outside(mesh, use))


def _outside(mesh: MeshGraph, use: WaypointUse) -> bool:
    if isinstance(use.subject, Workload):
        known = MODE in use.subject.pod_labels or use.subject.proxy or mesh.get(Namespace, "", use.home)
        return bool(known) and not in_ambient(mesh, use.subject)
    if not use.of_namespace or in_ambient_namespace(mesh, use.home):
        return False
    those = [w for w in workloads(mesh).selected_by({}, use.home) if not is_gateway(w)]
    return bool(those) and not any(in_ambient(mesh, w) for w in those)
