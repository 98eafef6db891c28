"""The workloads that a policy selects: who enforces it there, and which ports they have."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meshctl.graph.authentication import authentication
from meshctl.graph.authorization.enforcers import Enforcer, enforcer_of
from meshctl.graph.authorization.policies import policies
from meshctl.graph.fields import integer, numbered
from meshctl.graph.hostnames import HostTable
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service, ServicePort
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.policy import AuthorizationPolicy, Policy, RequestAuthentication
from meshctl.graph.kinds.workload import PROXY, Workload
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxied import is_gateway
from meshctl.graph.selectors import Selecting
from meshctl.graph.sharedworkloads import container_ports
from meshctl.graph.workloads import machines, services_by_selector, workloads

SELECTION_READS = (
    AuthorizationPolicy,
    RequestAuthentication,
    Workload,
    Machine,
    Service,
    Gateway,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)
"""The kinds that `selections` reads."""


class ServedPort(NamedTuple):
    """A port of a Service in front of the selected workloads."""

    service: Service
    port: ServicePort


class Selected:
    """What a selector selects. `others` says that machines are among it, of which less is known."""

    def __init__(self, mesh: MeshGraph, those: Sequence[Workload], *, others: bool) -> None:
        self._mesh = mesh
        self.workloads = those
        self.others = others

    @lazy
    def enforcers(self) -> frozenset[Enforcer]:
        """Who enforces policies for them."""
        return frozenset(enforcer_of(self._mesh, workload) for workload in self.workloads)

    @lazy
    def are_gateways(self) -> bool:
        """Whether all of them are proxies alone, as ingress gateways are."""
        return bool(self.workloads) and all(is_gateway(workload) for workload in self.workloads)

    @lazy
    def any_gateway(self) -> bool:
        """Whether one of them is a proxy alone."""
        return any(is_gateway(workload) for workload in self.workloads)

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        """The Gateways that they serve."""
        by_selector = gateways_by_selector(self._mesh)
        return tuple({g.id: g for w in self.workloads for g in by_selector.selecting(w.pod_labels, "")}.values())

    @lazy
    def gateway_hosts(self) -> HostTable[Gateway]:
        """The hosts that those serve, whoever may have routes for them."""
        table: HostTable[Gateway] = HostTable()
        for gateway in self.gateways:
            for server in gateway.servers:
                for _, host in server.hosts:
                    table.add(host.rpartition("/")[2].lower(), gateway)
        return table

    @lazy
    def looks_at_tokens(self) -> bool:
        """Whether a RequestAuthentication is for one of them."""
        return any(authentication(self._mesh).covers(workload) for workload in self.workloads)

    @lazy
    def served(self) -> Mapping[int, Sequence[ServedPort]]:
        """The ports of the pods that Services send to, by number."""
        return self._ports[0]

    @lazy
    def by_service_port(self) -> Mapping[int, Sequence[ServedPort]]:
        """The ports of Services in front of them, by their own number."""
        return self._ports[1]

    @lazy
    def declared(self) -> frozenset[int]:
        """The ports that containers of applications say they have."""
        return frozenset(number for workload in self.workloads for number in _declared(workload))

    @lazy
    def all_declare(self) -> bool:
        """Whether each of them says some port, as it need not."""
        return all(any(True for _ in _declared(workload)) for workload in self.workloads)

    @lazy
    def _ports(self) -> tuple[Mapping[int, Sequence[ServedPort]], Mapping[int, Sequence[ServedPort]]]:
        targets: dict[int, dict[ServedPort, None]] = defaultdict(dict)
        numbers: dict[int, dict[ServedPort, None]] = defaultdict(dict)
        for workload in self.workloads:
            names = container_ports(workload)
            for service in services_by_selector(self._mesh).selecting(workload.pod_labels, workload.namespace):
                for port in service.ports:
                    target = port.number if port.target is None else port.target
                    number = names.get(target) if isinstance(target, str) else target
                    served = ServedPort(service, port)
                    if number is not None:
                        targets[number][served] = None
                    if port.number is not None:
                        numbers[port.number][served] = None
                        if service.is_headless:
                            # Clients call the pods themselves, by the number of the Service.
                            targets[port.number][served] = None
        return {n: tuple(found) for n, found in targets.items()}, {n: tuple(found) for n, found in numbers.items()}


def _declared(workload: Workload) -> Iterator[int]:
    for container in workload.containers:
        if container.name != PROXY:
            for _, port in numbered(container.fields.get("ports")):
                if (number := integer(port.get("containerPort"))) is not None:
                    yield number


class Selections:
    """What policies select, each selector of a namespace looked up once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._known: dict[tuple[str, frozenset[tuple[str, str]]], Selected] = {}

    def of(self, policy: Policy) -> Selected | None:
        """The workloads that a policy selects; None for one that names its targets."""
        if policy.targets:
            return None
        place = "" if policy.namespace == policies(self._mesh).root else policy.namespace
        asked = (place, frozenset(policy.selector.items()))
        if asked not in self._known:
            those = [w for w in workloads(self._mesh).selected_by(policy.selector, place) if not w.has_ended]
            others = bool(machines(self._mesh).selected_by(policy.selector, place))
            self._known[asked] = Selected(self._mesh, those, others=others)
        return self._known[asked]


@index(*SELECTION_READS)
def selections(mesh: MeshGraph) -> Selections:
    """What the policies select."""
    return Selections(mesh)


@index(Gateway)
def gateways_by_selector(mesh: MeshGraph) -> Selecting[Gateway]:
    """Gateways by the pods that serve them, of any namespace."""
    return Selecting(mesh.all(Gateway), lambda g: "", lambda g: g.selector)
