"""Who calls: classes of clients that send the same."""

from collections.abc import Mapping
from typing import NamedTuple

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.servers import Way, ways


class Client(NamedTuple):
    """Those who call from a namespace and take part in the mesh in one way.

    `labels` are those of their pods, for DestinationRules with a workloadSelector; None for whichever pods. `name` says
    who it is in a sentence.
    """

    namespace: str
    way: Way = "sidecar"
    labels: Mapping[str, str] | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.name or f"a client in namespace {self.namespace}"


def client_of(mesh: MeshGraph, workload: Workload) -> Client:
    """A workload as a client."""
    return Client(workload.namespace, ways(mesh)(workload), workload.pod_labels, str(workload.id))
