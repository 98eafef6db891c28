"""The ServiceAccounts that exist, and those that some workload runs with."""

from meshctl.graph.fields import text
from meshctl.graph.kinds.core import ServiceAccount
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.similar import Similar


@index(ServiceAccount)
def account_names(mesh: MeshGraph) -> Similar:
    """The names of ServiceAccounts."""
    return Similar(mesh.all(ServiceAccount))


@index(Workload)
def accounts_in_use(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Namespace and name of the account of each workload: `default` where it names none."""
    return frozenset(
        (w.namespace, text(w.pod_spec.get("serviceAccountName")) or text(w.pod_spec.get("serviceAccount")) or "default")
        for w in mesh.all(Workload)
    )
