"""Which pods and ports each Server is for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from meshctl.graph.fields import labels
from meshctl.graph.kinds.linkerd import ExternalWorkload, LinkerdServer, selector_words
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.lazy import lazy
from meshctl.graph.linkerd.ports import OF_PROXY, pod_ports
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.nearest import Names
from meshctl.graph.selectors import Selectable, label_selector_matches
from meshctl.graph.workloads import owner, workloads

Selected = Workload | ExternalWorkload
PortOf = tuple[Selected, int]


class Selection:
    """What Servers with one selector are for: templates, pods without a template in the input, ExternalWorkloads."""

    def __init__(self, selected: Sequence[Selected]) -> None:
        self.selected = selected

    @lazy
    def _by_number(self) -> Mapping[int, Sequence[PortOf]]:
        found: dict[int, list[PortOf]] = defaultdict(list)
        for one in self.selected:
            for number in one.ports if isinstance(one, ExternalWorkload) else pod_ports(one).declared:
                found[number].append((one, number))
        return found

    @lazy
    def _by_name(self) -> Mapping[str, Sequence[PortOf]]:
        found: dict[str, list[PortOf]] = defaultdict(list)
        for one in self.selected:
            if isinstance(one, ExternalWorkload):
                named = {name: number for number, name in one.ports.items() if name}
            else:
                named = {**OF_PROXY, **pod_ports(one).by_name}
            for name, number in named.items():
                found[name].append((one, number))
        return found

    @lazy
    def names(self) -> Names:
        """The names of their ports, those of the proxy among them."""
        return Names(self._by_name)

    def declaring(self, port: int | str | None) -> Sequence[PortOf]:
        """The workloads that declare a port, with its number."""
        if isinstance(port, str):
            return self._by_name.get(port, ())
        return self._by_number.get(port, ()) if port is not None else ()

    def having(self, port: int | str | None) -> Sequence[PortOf]:
        """The same; for a number that nobody declares, the first workload stands for all."""
        found = self.declaring(port)
        return [(self.selected[0], port)] if not found and isinstance(port, int) and self.selected else found


class ServerPods:
    """The workloads of each Server. Equal selectors of one namespace are looked up once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._machines = Selectable(mesh.all(ExternalWorkload), lambda m: m.namespace, lambda m: m.labels)
        self._found: dict[tuple[str, bool, str], Selection] = {}

    def of(self, server: LinkerdServer) -> Selection:
        """What a Server selects."""
        key = _selector(server)
        if key not in self._found:
            self._found[key] = Selection(tuple(self._select(server)))
        return self._found[key]

    def _select(self, server: LinkerdServer) -> Iterable[Selected]:
        pairs = labels(server.selector.get("matchLabels"))
        if server.selects_machines:
            machines = self._machines.selected_by(pairs, server.namespace)
            return [m for m in machines if label_selector_matches(server.selector, m.labels)]
        found = workloads(self._mesh).selected_by(pairs, server.namespace)
        return [w for w in found if label_selector_matches(server.selector, w.pod_labels) and not owner(self._mesh, w)]


@index(LinkerdServer, Workload, ExternalWorkload)
def server_pods(mesh: MeshGraph) -> ServerPods:
    """The workloads of each Server."""
    return ServerPods(mesh)


def no_pods(server: LinkerdServer) -> Missing:
    """The absence of all that a Server could select."""
    kind = ExternalWorkload if server.selects_machines else Workload
    what = "ExternalWorkload" if server.selects_machines else "workload"
    return Missing(what, selector_words(server.selector), kind.KINDS, server.namespace)


class ServerOverlap(NamedTuple):
    """Two Servers for one port of one workload: Linkerd goes by the older one alone."""

    loser: LinkerdServer
    winner: LinkerdServer
    workload: Selected
    port: int


class ServersByPort(NamedTuple):
    """`counting` is the Server that counts for a port of a workload, by `id` of the workload's view and the number.

    `overlaps` are the Servers that another one goes before, each with the first such case.
    """

    counting: Mapping[tuple[int, int], LinkerdServer]
    overlaps: Mapping[LinkerdServer, ServerOverlap]

    def of(self, workload: Selected, port: int) -> LinkerdServer | None:
        """The Server of a port; None where it has none."""
        return self.counting.get((id(workload), port))


@index(LinkerdServer, Workload, ExternalWorkload)
def servers_by_port(mesh: MeshGraph) -> ServersByPort:
    """Which Server counts where several are for one port."""
    pods = server_pods(mesh)
    counting: dict[tuple[int, int], LinkerdServer] = {}
    first: dict[tuple[tuple[str, bool, str], int | str | None], LinkerdServer] = {}
    overlaps: dict[LinkerdServer, ServerOverlap] = {}
    for server in sorted(mesh.all(LinkerdServer), key=age):
        twin = first.setdefault((_selector(server), server.port), server)
        # Of several with the same selector and port, the first one is enough to find what else they clash with.
        for one, number in pods.of(server).having(server.port)[: None if twin is server else 1]:
            winner = counting.setdefault((id(one), number), server)
            if winner is not server:
                overlaps[server] = ServerOverlap(server, winner, one, number)
                break
    return ServersByPort(counting, overlaps)


def _selector(server: LinkerdServer) -> tuple[str, bool, str]:
    return server.namespace, server.selects_machines, selector_words(server.selector)
