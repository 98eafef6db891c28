"""What DestinationRules say about TLS to a port of a host, or of one of its subsets."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.clientrules import ClientRules, client_rules, with_policy
from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, index
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


class TlsSettings:
    """What the DestinationRules in force say about TLS, by the namespace of the client."""

    def __init__(self, rules: ClientRules) -> None:
        self._rules = rules
        self._of_any: dict[tuple[str, str, tuple[str, ...], int, str], TlsSetting | None] = {}

    def of(
        self,
        client: str,
        host: str,
        homes: tuple[str, ...],
        port: int,
        subset: str = "",
        carried: Mapping[str, str] | None = None,
    ) -> TlsSetting | None:
        """What they say about a port of their host, or about a subset; None without any rule.

        `homes` and `carried` are those of `ClientRules.in_force`.
        """
        if carried is not None and self._rules.are_choosy(client, host, homes):
            return tls_setting(self._rules.in_force(client, host, homes, carried), port, subset)
        asked = (client, host, homes, port, subset)
        if asked not in self._of_any:
            self._of_any[asked] = tls_setting(self._rules.in_force(client, host, homes), port, subset)
        return self._of_any[asked]


@index(DestinationRule, ConfigMap)
def tls_settings(mesh: MeshGraph) -> TlsSettings:
    """What the DestinationRules in force say about TLS."""
    return TlsSettings(client_rules(mesh))


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
    found = [of_policy(rule, rule.spec["trafficPolicy"], path, port)[0] for rule in with_policy(rules)]
    if not found:
        return TlsSetting(rules[0], (), None)
    ageless = not all(each.rule.metadata.get("creationTimestamp") for each in found)
    return found[0]._replace(contested=ageless and len({each.mode for each in found}) > 1)


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
