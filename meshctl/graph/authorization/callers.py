"""Which service accounts something runs as: the callers that a policy can mean."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.authorization.identities import LOCAL, parts_of, service_account, trust_domains
from meshctl.graph.authorization.rules import PRINCIPAL, SERVICE_ACCOUNT, Value, action_of, constraints
from meshctl.graph.fields import mapping, numbered, text, texts
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.nearest import Names
from meshctl.graph.patterned import Patterned

_NAME, _ACCOUNT = "gateway.istio.io/name-override", "gateway.istio.io/service-account"


class Callers:
    """Service accounts, each as namespace and name, found by the patterns of principals."""

    def __init__(self, accounts: Iterable[tuple[str, str]], domains: Sequence[str]) -> None:
        self._accounts = frozenset(accounts)
        self._domains = domains

    def runs_as(self, namespace: str, name: str) -> bool:
        """Whether something runs as this service account."""
        return (namespace, name) in self._accounts

    def fits(self, pattern: str) -> bool:
        """Whether the principal of one fits a pattern, in any trust domain of the mesh."""
        parts = parts_of(pattern)
        if parts and "*" not in pattern:
            return parts[1:] in self._accounts
        return self._principals.has(pattern)

    def of(self, namespace: str) -> Sequence[str]:
        """The names of the service accounts of a namespace that something runs as, sorted."""
        return self._by_home.get(namespace, ())

    def nearest(self, namespace: str, name: str) -> str | None:
        """The service account that was probably meant, as `namespace/name`."""
        if near := (self._names[namespace].nearest(name) if namespace in self._names else None):
            return f"{namespace}/{near}"
        homes = sorted(self._homes.get(name, ()))
        if len(homes) == 1:
            return f"{homes[0]}/{name}"
        near = Names(homes).nearest(namespace)
        return f"{near}/{name}" if near else None

    @lazy
    def _principals(self) -> Patterned:
        domains = dict.fromkeys((*self._domains, LOCAL))
        return Patterned(f"{domain}/ns/{home}/sa/{name}" for domain in domains for home, name in self._accounts)

    @lazy
    def _by_home(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for home, name in sorted(self._accounts):
            found[home].append(name)
        return dict(found)

    @lazy
    def _names(self) -> dict[str, Names]:
        return {home: Names(names) for home, names in self._by_home.items()}

    @lazy
    def _homes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for home, name in self._accounts:
            found[name].add(home)
        return found


@index(Workload, Machine, KubernetesGateway, ConfigMap)
def callers(mesh: MeshGraph) -> Callers:
    """The service accounts that workloads, machines and gateways run as, in every cluster that this one knows."""
    return Callers({(view.namespace, name) for view, name in _accounts(mesh)}, trust_domains(mesh))


@index(Workload, Machine, KubernetesGateway, ConfigMap)
def own_callers(mesh: MeshGraph) -> Callers:
    """As `callers`, of this cluster alone."""
    own = mesh.clusters[0]
    return Callers({(v.namespace, name) for v, name in _accounts(mesh) if v.cluster == own}, trust_domains(mesh))


@index(ConfigMap)
def accepted_trust_domains(mesh: MeshGraph) -> Patterned | None:
    """The trust domains that callers of the mesh may be of; None where no MeshConfig tells."""
    config = mesh_config(mesh)
    if not config.known:
        return None
    others = (
        name for _, each in numbered(config.fields.get("caCertificates")) for name in texts(each.get("trustDomains"))
    )
    return Patterned((*trust_domains(mesh), *others, LOCAL))


def _accounts(mesh: MeshGraph) -> Iterable[tuple[Workload | Machine | KubernetesGateway, str]]:
    for workload in mesh.all(Workload):
        yield workload, service_account(workload)
    for machine in mesh.all(Machine):
        yield machine, service_account(machine)
    for gateway in mesh.all(KubernetesGateway):
        for name in _made_for(gateway):
            yield gateway, name


def _made_for(gateway: KubernetesGateway) -> tuple[str, ...]:
    """The names that the service account of a gateway that Istio deploys itself can have."""
    stated = mapping(mapping(gateway.spec.get("infrastructure")).get("annotations"))
    told = (text(where.get(key)) for where in (gateway.annotations, stated) for key in (_NAME, _ACCOUNT))
    return (gateway.name, f"{gateway.name}-{gateway.class_name}", *filter(None, told))


class Named(NamedTuple):
    """A caller that a rule names by its principal or service account.

    `pattern` is that of its principal. `namespace` and `account` are empty where the pattern leaves them open. `harm`
    says, as the second half of a sentence, what follows if nobody is that caller.
    """

    policy: AuthorizationPolicy
    value: Value
    pattern: str
    namespace: str
    account: str
    harm: str


def named_callers(mesh: MeshGraph) -> Iterator[Named]:
    """Whom the rules name: every principal of a trust domain of the mesh, or of any, and every service account."""
    domains = Patterned((*trust_domains(mesh), LOCAL))
    for policy, constraint in constraints(mesh):
        if constraint.attribute not in (PRINCIPAL, SERVICE_ACCOUNT):
            continue
        fits_nobody = "nobody gets in by it" if action_of(policy) == "ALLOW" else "nobody fits it"
        for values, harm in ((constraint.values, fits_nobody), (constraint.excluded, "it excepts nobody")):
            for value in values:
                pattern = value.text
                if constraint.attribute == SERVICE_ACCOUNT:
                    home, _, name = pattern.partition("/")
                    pattern = f"*/ns/{home}/sa/{name}"
                domain, has_form, _ = pattern.partition("/ns/")
                is_open = not has_form and pattern.startswith("*") and pattern != "*"
                if is_open or (has_form and domains.has(domain)):
                    _, home, name = parts_of(pattern) or ("", "", "")
                    closed = "*" not in home and "*" not in name
                    yield Named(policy, value, pattern, *((home, name) if closed else ("", "")), harm)
