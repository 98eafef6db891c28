"""Which pods have their JWTs looked at."""

from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.policy import RequestAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.selectors import Selecting

_OF_GATEWAY = "gateway.networking.k8s.io/gateway-name"


class Authentication:
    """The RequestAuthentications of the mesh, by the pods they are for."""

    def __init__(self, policies: tuple[RequestAuthentication, ...], root: str) -> None:
        self.root = root
        by_pods = [p for p in policies if not p.is_attached]
        self._selecting = Selecting(by_pods, lambda p: p.namespace, lambda p: p.selector)
        self._whole = {p.namespace for p in by_pods if not p.selector}
        self._attached = {p.namespace for p in policies if p.is_attached}

    def covers(self, workload: Workload) -> bool:
        """Whether a RequestAuthentication is for these pods, from their namespace or the root namespace.

        One that names its targets may be for any pod of a Kubernetes Gateway in its namespace.
        """
        for namespace in (self.root, workload.namespace):
            if namespace in self._whole or self._selecting.selecting(workload.pod_labels, namespace):
                return True
        return workload.namespace in self._attached and _OF_GATEWAY in workload.pod_labels


@index(RequestAuthentication, ConfigMap)
def authentication(mesh: MeshGraph) -> Authentication:
    """Who authenticates requests."""
    return Authentication(mesh.all(RequestAuthentication), mesh_config(mesh).root_namespace)
