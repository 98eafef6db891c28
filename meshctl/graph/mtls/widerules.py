"""DestinationRules for a whole namespace or mesh that say mutual TLS, and the narrower ones that lose it again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from meshctl.graph.hostnames import fqdn
from meshctl.graph.hosts import HostEntry, hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.mtls.behind import behind, is_external
from meshctl.graph.mtls.conflicts import Reach, client_of_rule, reach_of
from meshctl.graph.mtls.peerpolicies import peer_policies
from meshctl.graph.mtls.sending import auto_mutual_tls
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.mtls.tlssettings import TlsSetting, settings_of, tls_settings


class WideRules:
    """Rules that say ISTIO_MUTUAL for all of a namespace or of the mesh.

    `settings` are what each says, in document order, with the namespace whose hosts it is for; "" for all.
    """

    def __init__(self, mesh: MeshGraph) -> None:
        self._root = mesh_config(mesh).root_namespace
        self._by_place: dict[tuple[str, str], list[TlsSetting]] = defaultdict(list)
        self.settings: list[tuple[TlsSetting, str]] = []
        for rule in mesh.all(DestinationRule):
            setting = next((s for s in settings_of(rule) if s.path == ("spec", "trafficPolicy", "tls")), None)
            reach, namespace = reach_of(mesh, rule) if setting and setting.mode == "ISTIO_MUTUAL" else ("host", "")
            if setting and reach in ("namespace", "mesh"):
                self._by_place[rule.namespace, namespace].append(setting)
                self.settings.append((setting, namespace))

    def over(self, namespace: str, clients: Sequence[str] = ()) -> TlsSetting | None:
        """One that clients have for the hosts of a namespace, that for just this one first; "" asks for all hosts."""
        for place in dict.fromkeys((*clients, namespace, self._root)):
            for of in dict.fromkeys((namespace, "")):
                for setting in self._by_place.get((place, of), ()):
                    if place in clients or "*" in setting.rule.export_to:
                        return setting
        return None


@index(DestinationRule, ConfigMap)
def wide_rules(mesh: MeshGraph) -> WideRules:
    """The wide rules for mutual TLS."""
    return WideRules(mesh)


def one_sided_rules(mesh: MeshGraph, reach: Reach) -> Iterator[tuple[TlsSetting, str]]:
    """Wide rules of this reach for mutual TLS that no policy asks for, with the namespace where one is lacking.

    None where proxies start mutual TLS by themselves.
    """
    policies = peer_policies(mesh)
    for setting, namespace in () if auto_mutual_tls(mesh) else wide_rules(mesh).settings:
        mode = policies.of_namespace(namespace or policies.root)
        if (reach == "namespace") == bool(namespace) and mode.level == "default":
            yield setting, namespace or policies.root


class Lost(Struct, frozen=True):
    """A rule without TLS that hides one with: `wider` is what clients would do without it.

    `strict` is a port that refuses the plaintext they send instead, if one does.
    """

    rule: DestinationRule
    host: HostEntry
    wider: TlsSetting
    strict: Taking | None


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
def lost_mutual_tls(mesh: MeshGraph) -> tuple[Lost, ...]:
    """Rules for a host that hide a wide one for mutual TLS; none where proxies start mutual TLS by themselves."""
    return () if auto_mutual_tls(mesh) else tuple(_lost(mesh))


def _lost(mesh: MeshGraph) -> Iterator[Lost]:
    for rule in mesh.all(DestinationRule):
        if reach_of(mesh, rule)[0] != "host" or any(setting.mode for setting in settings_of(rule)):
            continue
        host = next(hosts(mesh).named(fqdn(rule.host, rule.namespace, mesh.settings.cluster_domain)), None)
        client = client_of_rule(mesh, rule, host) if host and not is_external(host) else None
        if host is None or client is None:
            continue
        wider = wide_rules(mesh).over(host.first.namespace, (client.namespace,))
        answering = behind(mesh)(host)
        if wider is None or (answering and all(each.way in ("none", "ambient") for each in answering)):
            continue
        in_force = tls_settings(mesh).of(client.namespace, host.host, host.namespaces, 0)
        if in_force is not None and in_force.rule is rule:
            strict = (t for t in takings(mesh).of(host) if t.acceptance.what == "mutual only")
            yield Lost(rule, host, wider, next((t for t in strict if t.answering.way == "sidecar"), None))
