"""The ServiceAccounts that some workload runs with."""

from meshctl.graph.fields import text
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index


@index(Workload)
def accounts_in_use(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Namespace and name of the account of each workload: `default` where it names none."""
    return frozenset(
        (w.namespace, text(w.pod_spec.get("serviceAccountName")) or text(w.pod_spec.get("serviceAccount")) or "default")
        for w in mesh.all(Workload)
    )
