"""Whether the clients of a namespace follow the routes of the mesh."""

from meshctl.graph.ambient import WAYPOINT, in_ambient
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.othermeshes import LINKERD_INJECT
from meshctl.graph.proxied import gets_proxy
from meshctl.graph.workloads import workloads

_CONSUL = "consul.hashicorp.com/connect-inject"


class Clients:
    """Answers by namespace, each looked at once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._found: dict[str, frozenset[str]] = {}

    def ways(self, namespace: str) -> frozenset[str]:
        """How workloads of a namespace take part in a mesh: `sidecar`, `ambient`, `none`, `unknown`."""
        if namespace not in self._found:
            those = workloads(self._mesh).selected_by({}, namespace)
            self._found[namespace] = frozenset(self._way(workload) for workload in those)
        return self._found[namespace]

    @lazy
    def everywhere(self) -> frozenset[str]:
        """The same for all namespaces together."""
        homes = {workload.namespace for workload in self._mesh.all(Workload)}
        return frozenset().union(*(self.ways(home) for home in homes))

    def _way(self, workload: Workload) -> str:
        place = self._mesh.get(Namespace, "", workload.namespace)
        asked = {**(place.annotations if place else {}), **workload.pod_annotations}
        if _CONSUL in workload.pod_annotations or asked.get(LINKERD_INJECT) in ("enabled", "ingress"):
            return "sidecar"
        if in_ambient(self._mesh, workload):
            return "ambient"
        gets = gets_proxy(self._mesh, workload)
        return "unknown" if gets is None else "sidecar" if gets else "none"


@index(Workload, Namespace, MutatingWebhookConfiguration, ConfigMap)
def clients(mesh: MeshGraph) -> Clients:
    """How the workloads of namespaces take part in the mesh."""
    return Clients(mesh)


def uses_waypoint(mesh: MeshGraph, service: Service) -> bool:
    """Whether the label of a Service, else of its namespace, asks for a waypoint; True where that is not known."""
    place = mesh.get(Namespace, "", service.namespace)
    own = service.labels.get(WAYPOINT)
    asked = own if own is not None else place.labels.get(WAYPOINT) if place else "unknown"
    return bool(asked) and asked != "none"
