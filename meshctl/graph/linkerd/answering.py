"""At which ports the pods of Servers answer, as far as anything says so."""

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.linkerd import ExternalWorkload, LinkerdServer
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.ports import answering_ports, pod_ports
from meshctl.graph.linkerd.servers import Selected, Selection, server_pods
from meshctl.graph.mesh import MeshGraph, index


class Answering:
    """Answers by selector, each looked at once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._found: dict[Selection, frozenset[int]] = {}

    def ports(self, server: LinkerdServer) -> frozenset[int]:
        """The ports of the pods of a Server; none where some of them say nothing about their ports."""
        selection = server_pods(self._mesh).of(server)
        if selection not in self._found:
            of_each = [self._of(one) for one in selection.selected]
            self._found[selection] = frozenset().union(*of_each) if all(of_each) else frozenset()
        return self._found[selection]

    def _of(self, one: Selected) -> frozenset[int]:
        if isinstance(one, ExternalWorkload):
            return frozenset(one.ports)
        return answering_ports(self._mesh, one) if pod_ports(one).declared else frozenset()


@index(LinkerdServer, Workload, ExternalWorkload, Service, Namespace)
def answering(mesh: MeshGraph) -> Answering:
    """At which ports the pods of Servers answer."""
    return Answering(mesh)
