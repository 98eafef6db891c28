"""DestinationRules whose TLS is not what the servers take, so that every request fails."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from meshctl.graph.fields import mapping
from meshctl.graph.hostnames import fqdn
from meshctl.graph.hosts import HostEntry
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.clients import clients
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.mtls.accepting import Accepted
from meshctl.graph.mtls.clientrules import TlsSetting, selector_of, settings_of
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.connection import judge
from meshctl.graph.mtls.peerpolicies import PeerMode, peer_policies
from meshctl.graph.mtls.sending import sends
from meshctl.graph.mtls.servers import carried_by
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.selectors import matches
from meshctl.graph.workloads import workloads
from meshctl.model.paths import Path

Reach = Literal["host", "namespace", "mesh", "hosts"]

# Of a wildcard's hosts, how many are tried until one has no other rule that goes before this one.
_TRIED = 100


class Conflict(NamedTuple):
    """A TLS setting that meets servers which do not take what it makes clients send.

    `reach` says whether its rule is for one host, all of a namespace, all of the mesh, or some other wildcard.
    `victims` are the ports it fails at; none where only policies are known, and no pods. `mode` is what those policies
    say, None where it fails for want of a proxy.
    """

    setting: TlsSetting
    reach: Reach
    refusal: Accepted
    victims: tuple[Taking, ...]
    mode: PeerMode | None

    @property
    def path(self) -> Path:
        """The field that decides what clients send."""
        return (*self.setting.path, "mode") if mapping(self.setting.fields).get("mode") else self.setting.path

    @property
    def pair(self) -> tuple[Reach, str]:
        """How far the rule reaches, and the level of the policy; no level for pods without a proxy."""
        return self.reach, self.mode.level if self.mode else ""

    @property
    def is_of_wide_ones(self) -> bool:
        """Whether a rule for all of a namespace or mesh meets a policy for all of one: each has a code of its own."""
        wider = ("namespace", "mesh") if self.refusal == "mutual only" else ("mesh", "namespace")
        return self.pair in (("namespace", "namespace"), ("mesh", "mesh"), wider)

    @property
    def places(self) -> str:
        """Where it fails, as part of a sentence."""
        return places_of(self.victims)


def places_of(victims: tuple[Taking, ...]) -> str:
    """`port 80 of reviews.shop.svc.cluster.local and 3 more ports`."""
    names = list(dict.fromkeys(victim.place for victim in victims))
    more = len(names) - 1
    return names[0] + (f" and {more} more {'ports' if more > 1 else 'port'}" if more else "") if names else ""


@index(
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
def tls_conflicts(mesh: MeshGraph) -> tuple[Conflict, ...]:
    """Every such setting, in document order; several of one where different policies refuse what is sent."""
    return tuple(conflict for rule in mesh.all(DestinationRule) for conflict in _of_rule(mesh, rule))


def reach_of(mesh: MeshGraph, rule: DestinationRule) -> tuple[Reach, str]:
    """How far a rule reaches, and the namespace whose hosts it is for, where they are all of one."""
    host = fqdn(rule.host, rule.namespace, mesh.settings.cluster_domain)
    tail = f"svc.{mesh.settings.cluster_domain}"
    if not host.startswith("*"):
        return "host", ""
    if f".{tail}".endswith(host[1:]):
        return "mesh", ""
    namespace, dot, rest = host.removeprefix("*.").partition(".")
    return ("namespace", namespace) if host.startswith("*.") and dot and rest == tail else ("hosts", "")


def client_of_rule(mesh: MeshGraph, rule: DestinationRule, host: HostEntry) -> Client | None:
    """A client that the rule is for, if any rule for the host hides it from nobody; None where nobody has a proxy."""
    root = mesh_config(mesh).root_namespace
    private = rule.export_to == (rule.namespace,) or "workloadSelector" in rule.spec
    everybody = not private and (rule.namespace == root or rule.namespace in host.namespaces)
    ways = clients(mesh).everywhere if everybody else clients(mesh).ways(rule.namespace)
    if ways and ways.isdisjoint(("sidecar", "unknown")):
        return None
    home = host.first.namespace if everybody and rule.namespace == root else rule.namespace
    return Client(home, labels=selector_of(rule) if "workloadSelector" in rule.spec else None)


def _of_rule(mesh: MeshGraph, rule: DestinationRule) -> Iterator[Conflict]:
    modes = {setting.mode for setting in settings_of(rule)} - {""}
    reach, namespace = reach_of(mesh, rule) if modes else ("host", "")
    refusals: tuple[Accepted, ...] = ("mutual only", "plaintext only")
    for refusal in refusals:
        if not modes.isdisjoint(("DISABLE", "SIMPLE", "MUTUAL") if refusal == "mutual only" else ("ISTIO_MUTUAL",)):
            found = list(_victims(mesh, rule, refusal, reach))
            for path in dict.fromkeys(setting.path for setting, _ in found):
                mine = [(setting, victim) for setting, victim in found if setting.path == path]
                for mode in dict.fromkeys(_key(victim) for _, victim in mine):
                    victims = tuple(victim for _, victim in mine if _key(victim) == mode)
                    yield Conflict(mine[0][0], reach, refusal, victims, victims[0].acceptance.mode)
            if not found:
                yield from _by_policies(mesh, rule, refusal, reach, namespace)


def _key(victim: Taking) -> object:
    """Victims of one policy are told of together, and those that have no proxy."""
    mode = victim.acceptance.mode
    return (mode.level, mode.policy.id if mode.policy else "") if mode else victim.answering.way


def _victims(
    mesh: MeshGraph, rule: DestinationRule, refusal: Accepted, reach: Reach
) -> Iterator[tuple[TlsSetting, Taking]]:
    """The ports that refuse what this rule makes clients send, with the setting that does."""
    host = fqdn(rule.host, rule.namespace, mesh.settings.cluster_domain)
    for taking in takings(mesh).named(host, refusal)[: None if reach == "host" else _TRIED]:
        client = client_of_rule(mesh, rule, taking.host)
        server = taking.answering.server
        if client is None:
            continue
        names = [s.name for s in rule.subsets if matches(s.labels, carried_by(server))] if reach == "host" else []
        for subset in ("", *names):
            sending = sends(mesh, client, taking.host, taking.port, server, subset)
            setting = sending.rule
            if setting is None or setting.rule is not rule or not setting.mode or setting.contested:
                continue
            if judge(sending, refusal, taking.answering.way)[0] == "fails":
                yield setting, taking


def _by_policies(
    mesh: MeshGraph, rule: DestinationRule, refusal: Accepted, reach: Reach, namespace: str
) -> Iterator[Conflict]:
    """What wide policies alone tell, where the input has none of the pods."""
    if reach not in ("namespace", "mesh") or workloads(mesh).selected_by({}, namespace):
        return
    policies = peer_policies(mesh)
    mode = policies.of_namespace(namespace or policies.root)
    if mode.contested or mode.mode != ("STRICT" if refusal == "mutual only" else "DISABLE"):
        return
    for setting in settings_of(rule):
        fits = setting.mode in (("DISABLE",) if refusal == "mutual only" else ("ISTIO_MUTUAL",))
        if setting.path[:2] == ("spec", "trafficPolicy") and len(setting.path) == 3 and fits:
            yield Conflict(setting, reach, refusal, (), mode)
