"""Which DestinationRule tells the clients of a namespace how to speak to a host."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.destinationrules import Rules, destination_rules
from meshctl.graph.fields import Fields, integer, labels, mapping, numbered, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.selectors import Selecting
from meshctl.model.paths import Path


class TlsSetting(NamedTuple):
    """What a DestinationRule says about TLS to a port, or to a subset at that port.

    `fields` are None where it says nothing; `path` is then that of what leaves it out, empty for the rule as a whole.
    `contested` says that another rule of the namespace says something else, and nobody knows which is the oldest.
    """

    rule: DestinationRule
    path: Path
    fields: Fields | None
    contested: bool = False

    @property
    def mode(self) -> str:
        """SIMPLE, MUTUAL, ISTIO_MUTUAL or DISABLE; empty where it says nothing. DISABLE is what `tls: {}` means."""
        if self.fields is None:
            return ""
        said = text(self.fields.get("mode"))
        return said if said in ("SIMPLE", "MUTUAL", "ISTIO_MUTUAL") else "DISABLE"


class _Found(NamedTuple):
    """Rules of one place for one host, by age; `choosy` are those that select pods, None without any."""

    plain: tuple[DestinationRule, ...]
    of_all_pods: tuple[DestinationRule, ...]
    choosy: Selecting[DestinationRule] | None


class ClientRules:
    """DestinationRules in force, by the namespace of the client.

    Those of its own namespace go before those of the host's, and these before the root namespace's; in one namespace
    the most specific host, then rules that select the client's pods, then the oldest.
    """

    def __init__(self, rules: Rules, root: str) -> None:
        self._rules = rules
        self._root = root
        self._found: dict[tuple[str, str, tuple[str, ...]], _Found] = {}
        self._settings: dict[tuple[str, str, tuple[str, ...], int, str], TlsSetting | None] = {}

    def in_force(
        self, client: str, host: str, homes: tuple[str, ...], carried: Mapping[str, str] | None = None
    ) -> tuple[DestinationRule, ...]:
        """The rules for an FQDN, the one that goes first at the front: the others only add what it lacks.

        `carried` are the labels of the client's pods; None for any pod, which no rule selects.
        """
        found = self._of_host(client, host, homes)
        if carried is None or not found.choosy:
            return found.plain
        chosen = [*found.choosy.selecting(carried, ""), *found.of_all_pods]
        return (*sorted(chosen, key=_age), *found.plain)

    def _of_host(self, client: str, host: str, homes: tuple[str, ...]) -> "_Found":
        asked = (client, host, homes)
        if asked not in self._found:
            rules = self._of_first_place(client, host, homes)
            choosy = [rule for rule in rules if "workloadSelector" in rule.spec]
            self._found[asked] = _Found(
                plain=tuple(rule for rule in rules if "workloadSelector" not in rule.spec),
                of_all_pods=tuple(rule for rule in choosy if not selector_of(rule)),
                choosy=Selecting(choosy, lambda rule: "", selector_of) if choosy else None,
            )
        return self._found[asked]

    def tls(
        self,
        client: str,
        host: str,
        homes: tuple[str, ...],
        port: int,
        subset: str = "",
        carried: Mapping[str, str] | None = None,
    ) -> TlsSetting | None:
        """What the rules in force say about TLS to a port of their host, or to a subset; None without any rule."""
        if carried is not None and self._of_host(client, host, homes).choosy:
            return tls_setting(self.in_force(client, host, homes, carried), port, subset)
        asked = (client, host, homes, port, subset)
        if asked not in self._settings:
            self._settings[asked] = tls_setting(self.in_force(client, host, homes), port, subset)
        return self._settings[asked]

    def _of_first_place(self, client: str, host: str, homes: tuple[str, ...]) -> list[DestinationRule]:
        visible = [rule for rule in self._rules.visible(host, (client,), homes) if _is_for(rule, client)]
        places = list(dict.fromkeys(rule.namespace for rule in visible))
        if len(places) > 1 and places[0] == self._root:
            # The root namespace comes last, for proxies that run there as well.
            places = places[1:]
        return sorted((rule for rule in visible if rule.namespace == places[0]), key=_age) if places else []


@index(DestinationRule, ConfigMap)
def client_rules(mesh: MeshGraph) -> ClientRules:
    """The DestinationRules in force."""
    return ClientRules(destination_rules(mesh), mesh_config(mesh).root_namespace)


def tls_setting(rules: tuple[DestinationRule, ...], port: int, subset: str = "") -> TlsSetting | None:
    """What rules in force say about TLS to a port of their host, or to a subset; None without any rule."""
    if not rules:
        return None
    top = _first_policy(rules, port)
    found = next((each for each in (_of_subset(rule, port, subset, top) for rule in rules) if each), None)
    return (found if subset else None) or top


def of_policy(rule: DestinationRule, policy: Fields, path: Path, port: int) -> tuple[TlsSetting, bool]:
    """What a trafficPolicy says about TLS to a port, and whether settings of that very port do.

    Those of a port replace the others as a whole: without `tls` of their own there is none.
    """
    for i, setting in numbered(policy.get("portLevelSettings")):
        if integer(mapping(setting.get("port")).get("number")) == port:
            return _said(rule, setting, (*path, "portLevelSettings", i)), True
    return _said(rule, policy, path), False


def settings_of(rule: DestinationRule) -> Iterator[TlsSetting]:
    """All that a rule says about TLS: for all ports, for single ports and for subsets; also where that is nothing."""
    policies: list[tuple[Path, object]] = [(("spec", "trafficPolicy"), rule.spec.get("trafficPolicy"))]
    for i, subset in numbered(rule.spec.get("subsets")):
        policies.append((("spec", "subsets", i, "trafficPolicy"), subset.get("trafficPolicy")))
    for path, policy in policies:
        if isinstance(policy, dict):
            yield _said(rule, policy, path)
            for i, setting in numbered(policy.get("portLevelSettings")):
                yield _said(rule, setting, (*path, "portLevelSettings", i))


def starts_mutual_tls(rule: DestinationRule) -> bool:
    """Whether it says ISTIO_MUTUAL or MUTUAL anywhere: for all ports, a port or a subset."""
    return any(setting.mode in ("ISTIO_MUTUAL", "MUTUAL") for setting in settings_of(rule))


def _said(rule: DestinationRule, holder: Fields, path: Path) -> TlsSetting:
    tls = holder.get("tls")
    return TlsSetting(rule, (*path, "tls"), tls) if isinstance(tls, dict) else TlsSetting(rule, path, None)


def _first_policy(rules: tuple[DestinationRule, ...], port: int) -> TlsSetting:
    """Of several rules for one host the oldest with a trafficPolicy counts."""
    path = ("spec", "trafficPolicy")
    stating = [r for r in rules if isinstance(r.spec.get("trafficPolicy"), dict)]
    found = [of_policy(rule, mapping(rule.spec.get("trafficPolicy")), path, port)[0] for rule in stating]
    if not found:
        return TlsSetting(rules[0], (), None)
    selected = "workloadSelector" in stating[0].spec
    alike = [each for each in found if ("workloadSelector" in each.rule.spec) == selected]
    ageless = not all(each.rule.metadata.get("creationTimestamp") for each in alike)
    return found[0]._replace(contested=ageless and len({each.mode for each in alike}) > 1)


def _of_subset(rule: DestinationRule, port: int, name: str, top: TlsSetting) -> TlsSetting | None:
    """What the subset of that name of a rule says, `top` where it leaves that open; None if it has no such subset."""
    subset = rule.subsets_by_name.get(name) if name else None
    if subset is None:
        return None
    policy = rule.spec["subsets"][subset.path[2]].get("trafficPolicy")
    if not isinstance(policy, dict):
        return top
    said, of_port = of_policy(rule, policy, (*subset.path, "trafficPolicy"), port)
    return said if of_port or said.fields is not None else top


def _is_for(rule: DestinationRule, client: str) -> bool:
    """Whether proxies of a namespace get a rule. One that selects pods is for those of its own namespace alone."""
    if "workloadSelector" in rule.spec:
        return rule.namespace == client
    return "*" in rule.export_to or client in rule.export_to


def selector_of(rule: DestinationRule) -> Mapping[str, str]:
    """The labels of the clients that a rule with a workloadSelector is for."""
    return labels(mapping(rule.spec.get("workloadSelector")).get("matchLabels"))


def _age(rule: DestinationRule) -> tuple[str, str]:
    return text(rule.metadata.get("creationTimestamp")), rule.name
