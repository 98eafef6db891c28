"""The ServiceAccounts that some workload runs with."""

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index


@index(Workload)
def accounts_in_use(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Namespace and name of the account of each workload: `default` where it names none."""
    return frozenset((workload.namespace, workload.service_account) for workload in mesh.all(Workload))
