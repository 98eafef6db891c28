"""The workloads that ambient mode concerns, found in one pass."""

from meshctl.graph.ambient import MODE, REDIRECTION, WAYPOINT, in_ambient_namespace
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index


@index(Workload, Namespace)
def marked_workloads(mesh: MeshGraph) -> tuple[Workload, ...]:
    """Workloads of namespaces in ambient mode, and those with a label or annotation of it, or for a waypoint."""
    places = frozenset(n.name for n in mesh.all(Namespace) if in_ambient_namespace(mesh, n.name))
    return tuple(
        w
        for w in mesh.all(Workload)
        if w.namespace in places or MODE in w.pod_labels or WAYPOINT in w.pod_labels or REDIRECTION in w.pod_annotations
    )
