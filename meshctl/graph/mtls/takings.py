"""What the ports of a host take, all of them, and those of all hosts that a wildcard covers."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import EMPTY
from meshctl.graph.hosts import HostEntry, hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.accepting import Acceptance, Accepted, accepts
from meshctl.graph.mtls.behind import Answering, behind, endpoint_port


class Taking(Struct, frozen=True):
    """What servers of one class take at a port of a host; `inside` is the port of the pods that it leads to."""

    host: HostEntry
    port: int
    inside: int
    answering: Answering
    acceptance: Acceptance

    @property
    def place(self) -> str:
        """Where that is, as part of a sentence."""
        return f"port {self.port} of {self.host.host}"


class Takings:
    """What is taken where, looked up once for each host and each wildcard."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._of: dict[tuple[HostEntry, frozenset[tuple[str, str]]], tuple[Taking, ...]] = {}
        self._named: dict[tuple[str, Accepted], tuple[Taking, ...]] = {}

    def of(self, host: HostEntry, subset: Mapping[str, str] = EMPTY) -> tuple[Taking, ...]:
        """All of a host, by port and class of servers; of those with the labels of a subset, if there are any."""
        asked = (host, frozenset(subset.items()))
        if asked not in self._of:
            self._of[asked] = tuple(self._takings(host, subset))
        return self._of[asked]

    def named(self, pattern: str, what: Accepted) -> tuple[Taking, ...]:
        """Those of a full host name, or of all hosts that a wildcard covers, which take `what`."""
        if (pattern, what) not in self._named:
            known = dict.fromkeys(hosts(self._mesh).named(pattern))
            self._named[pattern, what] = tuple(t for h in known for t in self.of(h) if t.acceptance.what == what)
        return self._named[pattern, what]

    def _takings(self, host: HostEntry, subset: Mapping[str, str]) -> Iterator[Taking]:
        for port in host.ports:
            for answering in behind(self._mesh)(host, subset):
                inside = endpoint_port(host, port, answering.server)
                if inside is not None:
                    yield Taking(host, port, inside, answering, accepts(self._mesh, answering.server, inside))


@index(Service, ServiceEntry, Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)
def takings(mesh: MeshGraph) -> Takings:
    """What is taken where."""
    return Takings(mesh)
