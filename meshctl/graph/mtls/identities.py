"""AuthorizationPolicies that ask who calls where nobody can tell, for no client uses mutual TLS."""

from msgspec import Struct

from meshctl.graph.authorization.policies import policies
from meshctl.graph.authorization.rules import PORT, Constraint, Rule, rules_of
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.kinds.policy import AuthorizationPolicy, PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.accepting import accepts
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.behind import endpoint_port
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.connection import hosts_of, identity_is_known
from meshctl.graph.mtls.sending import auto_mutual_tls, sends
from meshctl.graph.mtls.servers import container_ports, passed_by, port_in, ways
from meshctl.graph.mtls.tlssettings import settings_of
from meshctl.graph.workloads import owner, services_by_selector, workloads

Ports = frozenset[int]


class Unidentified(Struct, frozen=True):
    """What a policy says of the caller's identity, and pods where nobody has one.

    `constraint` is the first of `parts` that do, `workload` the first of `without`, of all that are `selected`.
    """

    policy: AuthorizationPolicy
    constraint: Constraint
    parts: int
    workload: Workload
    because: Because
    without: int
    selected: int


class _Judged(Struct, frozen=True):
    without: tuple[tuple[Workload, Because], ...]
    selected: int


@index(
    AuthorizationPolicy,
    DestinationRule,
    PeerAuthentication,
    Service,
    ServiceEntry,
    Workload,
    Machine,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)
def unidentified_callers(mesh: MeshGraph) -> tuple[Unidentified, ...]:
    """Every such policy, once. Policies with targets are left out: waypoints and gateways decide by other means."""
    if auto_mutual_tls(mesh) and not _anything_off(mesh):
        return ()
    known = _Verdicts(mesh)
    found = (_unidentified(mesh, policy, known) for policy in mesh.all(AuthorizationPolicy) if not policy.targets)
    return tuple(each for each in found if each)


def _anything_off(mesh: MeshGraph) -> bool:
    """Whether some policy, or some rule, switches mutual TLS off."""
    if any("DISABLE" in (p.mode, *p.port_modes.values()) for p in mesh.all(PeerAuthentication)):
        return True
    modes = ("DISABLE", "SIMPLE", "MUTUAL")
    return any(setting.mode in modes for rule in mesh.all(DestinationRule) for setting in settings_of(rule))


def _unidentified(mesh: MeshGraph, policy: AuthorizationPolicy, known: "_Verdicts") -> Unidentified | None:
    asking = [
        (constraint, judged)
        for rule in rules_of(mesh, policy)
        for constraint in rule.constraints
        if constraint.needs_identity and (judged := known.of(policy, _ports(rule))).without
    ]
    if not asking:
        return None
    constraint, judged = asking[0]
    workload, because = judged.without[0]
    return Unidentified(policy, constraint, len(asking), workload, because, len(judged.without), judged.selected)


def _ports(rule: Rule) -> Ports:
    """The ports that a rule is for; none where it is for all."""
    found: set[int] = set()
    for operation in rule.operations:
        named = {int(v.text) for c in operation if c.attribute == PORT for v in c.values if v.text.isdecimal()}
        if not named:
            return frozenset()
        found |= named
    return frozenset(found)


class _Verdicts:
    """Which of the selected pods know no caller, looked up once for each selector and set of ports."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._root = policies(mesh).root
        self._of: dict[object, _Judged] = {}
        self._pods: dict[tuple[object, Ports], Because | None] = {}

    def of(self, policy: AuthorizationPolicy, ports: Ports) -> _Judged:
        """The pods that a policy selects and that know no caller at these ports, one of each controller."""
        place = "" if policy.namespace == self._root else policy.namespace
        asked = (place, frozenset(policy.selector.items()), ports)
        if asked not in self._of:
            selected = workloads(self._mesh).selected_by(policy.selector, place)
            own = [w for w in selected if not (w.is_pod and (w.has_ended or owner(self._mesh, w)))]
            enforcing = [w for w in own if ways(self._mesh)(w) == "sidecar"]
            judged = ((w, self._nobody(w, ports)) for w in enforcing)
            self._of[asked] = _Judged(tuple((w, b) for w, b in judged if b), len(enforcing))
        return self._of[asked]

    def _nobody(self, workload: Workload, ports: Ports) -> Because | None:
        """Why no caller of these ports, or of any, has an identity; None where some may have one."""
        key = (workload.id, ports)
        if key not in self._pods:
            asked = [p for p in ports or _ports_of(self._mesh, workload) if not passed_by(self._mesh, workload, p)]
            nobody = asked and all(identity_is_known(self._mesh, workload, port) == "never" for port in asked)
            self._pods[key] = self._reason(workload, asked[0]) if nobody else None
        return self._pods[key]

    def _reason(self, workload: Workload, port: int) -> Because:
        taken = accepts(self._mesh, workload, port)
        if taken.what == "plaintext only":
            return taken.because
        for host in hosts_of(self._mesh, workload):
            for number in host.ports:
                if endpoint_port(host, number, workload) == port:
                    return sends(self._mesh, Client(workload.namespace), host, number, workload).because
        return Because("no client uses mutual TLS")


def _ports_of(mesh: MeshGraph, workload: Workload) -> list[int]:
    """The ports of a pod that are known: declared, or those that Services lead to; 0 for one that is not."""
    found = dict.fromkeys(number for _, number in container_ports(workload))
    for service in services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace):
        found |= dict.fromkeys(p for port in service.ports if (p := port_in(workload, port)) is not None)
    return list(found) or [0]
