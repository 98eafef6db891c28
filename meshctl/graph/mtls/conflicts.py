"""DestinationRules whose TLS is not what the servers take, so that every request fails."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from meshctl.graph.discovery import undiscovered
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
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.connection import judge
from meshctl.graph.mtls.peerpolicies import PeerMode, peer_policies
from meshctl.graph.mtls.sending import Sending, Sent, sends
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.mtls.tlssettings import TlsSetting, settings_of
from meshctl.graph.workloads import workloads
from meshctl.model.paths import Path

Reach = Literal["host", "namespace", "mesh", "hosts"]

# Of a wildcard's hosts, how many are tried until one has no other rule that goes before this one.
_TRIED = 100


class Conflict(Struct, frozen=True):
    """A TLS setting that meets servers which do not take what it makes clients send.

    `reach` says whether its rule is for one host, all of a namespace, all of the mesh, or some other wildcard.
    `victims` are the ports it fails at; none where only policies are known, and no pods. `mode` is what those policies
    say, None where it fails for want of a proxy.
    """

    setting: TlsSetting
    sent: Sent
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
        """Where it fails, as part of a sentence; of a wide rule one place stands for all."""
        if self.reach == "host":
            return places_of(self.victims)
        return f"{self.victims[0].place} (to name one)" if self.victims else ""


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
    hidden = undiscovered(mesh)
    rules = (rule for rule in mesh.all(DestinationRule) if rule.namespace not in hidden)
    return tuple(conflict for rule in rules for conflict in _of_rule(mesh, rule))


def policies_may_decide(mesh: MeshGraph, namespace: str = "") -> bool:
    """Whether policies are told of without any pod: the input has none, and was not read in part."""
    if workloads(mesh).selected_by({}, namespace):
        return False
    return mesh.coverage.inferred or mesh.coverage.has_all(Workload.KINDS, namespace)


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
    private = rule.export_to == (rule.namespace,) or rule.client_labels is not None
    everybody = not private and (rule.namespace == root or rule.namespace in host.namespaces)
    ways = clients(mesh).everywhere if everybody else clients(mesh).ways(rule.namespace)
    if ways and ways.isdisjoint(("sidecar", "unknown")):
        return None
    home = host.first.namespace if everybody and rule.namespace == root else rule.namespace
    return Client(home, labels=rule.client_labels)


def _of_rule(mesh: MeshGraph, rule: DestinationRule) -> Iterator[Conflict]:
    modes = {setting.mode for setting in settings_of(rule)} - {""}
    reach, namespace = reach_of(mesh, rule) if modes else ("host", "")
    refusals: tuple[Accepted, ...] = ("mutual only", "plaintext only")
    for refusal in refusals:
        if not modes.isdisjoint(("DISABLE", "SIMPLE", "MUTUAL") if refusal == "mutual only" else ("ISTIO_MUTUAL",)):
            found: dict[object, list[tuple[TlsSetting, Sending, Taking]]] = {}
            for each in _victims(mesh, rule, refusal, reach):
                found.setdefault((each[0].path, _key(each[2], refusal, reach)), []).append(each)
            for alike in found.values():
                setting, sending, first = alike[0]
                victims = tuple(taking for _, _, taking in alike)
                yield Conflict(setting, sending.what, reach, refusal, victims, first.acceptance.mode)
            if not found:
                yield from _by_policies(mesh, rule, refusal, reach, namespace)


def _key(victim: Taking, refusal: Accepted, reach: Reach) -> object:
    """Victims of one policy are told of together, and those that have no proxy; of a wide rule those of one level."""
    mode = victim.acceptance.mode
    if mode is None:
        return victim.answering.way
    told_of_policy = reach == "host" or refusal == "plaintext only"
    return mode.level, mode.policy.id if mode.policy and told_of_policy else None


def _victims(
    mesh: MeshGraph, rule: DestinationRule, refusal: Accepted, reach: Reach
) -> Iterator[tuple[TlsSetting, Sending, Taking]]:
    """The ports that refuse what this rule makes clients send, with the setting that does; of a wide rule one a key."""
    host = fqdn(rule.host, rule.namespace, mesh.settings.cluster_domain)
    refusing = takings(mesh).named(host, refusal)
    seen: set[object] = set()
    for taking in refusing if reach == "host" else refusing[:_TRIED]:
        key = _key(taking, refusal, reach) if reach != "host" else None
        for victim in _victim(mesh, rule, taking, "") if key is None or key not in seen else ():
            seen.add(key)
            yield victim
    if reach == "host" and refusing:
        stated = {setting.path[2] for setting in settings_of(rule) if setting.path[1] == "subsets"}
        for subset in rule.subsets:
            # One that says nothing itself is told of with the whole host.
            for taking in takings(mesh).of(refusing[0].host, subset.labels) if subset.path[2] in stated else ():
                if taking.acceptance.what == refusal:
                    yield from _victim(mesh, rule, taking, subset.name)


def _victim(
    mesh: MeshGraph, rule: DestinationRule, taking: Taking, subset: str
) -> Iterator[tuple[TlsSetting, Sending, Taking]]:
    client = client_of_rule(mesh, rule, taking.host)
    if client is None:
        return
    sending = sends(mesh, client, taking.host, taking.port, taking.answering.server, subset)
    setting = sending.rule
    if setting is None or setting.rule is not rule or not setting.mode or setting.contested:
        return
    if judge(sending, taking.acceptance.what, taking.answering.way)[0] == "fails":
        yield setting, sending, taking


def _by_policies(
    mesh: MeshGraph, rule: DestinationRule, refusal: Accepted, reach: Reach, namespace: str
) -> Iterator[Conflict]:
    """What wide policies alone tell, where the input has none of the pods."""
    if reach not in ("namespace", "mesh") or not policies_may_decide(mesh, namespace):
        return
    policies = peer_policies(mesh)
    mode = policies.of_namespace(namespace or policies.root)
    if mode.contested or mode.mode != ("STRICT" if refusal == "mutual only" else "DISABLE"):
        return
    for setting in settings_of(rule):
        fits = setting.mode in (("DISABLE",) if refusal == "mutual only" else ("ISTIO_MUTUAL",))
        if setting.path[:2] == ("spec", "trafficPolicy") and len(setting.path) == 3 and fits:
            yield Conflict(setting, "plaintext" if refusal == "mutual only" else "mutual TLS", reach, refusal, (), mode)
