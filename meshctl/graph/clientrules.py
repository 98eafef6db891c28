"""Which DestinationRules are in force for the clients of a namespace, of all that are for a host."""

from collections.abc import Mapping
from typing import NamedTuple

from meshctl.graph.destinationrules import Rules, destination_rules
from meshctl.graph.fields import text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.selectors import Selecting


class _Found(NamedTuple):
    """Rules of one place for one host, by age; `choosy` are those that select pods, None without any."""

    plain: tuple[DestinationRule, ...] = ()
    of_all_pods: tuple[DestinationRule, ...] = ()
    choosy: Selecting[DestinationRule] | None = None


_NONE = _Found()


class ClientRules:
    """DestinationRules in force, by the namespace of the client.

    Those of its own namespace go before those of the host's, and these before the root namespace's; in one namespace
    the most specific host, then rules that select the client's pods, then the oldest. A rule that selects pods hides
    the other places from those that it does not select as well.
    """

    def __init__(self, rules: Rules, root: str) -> None:
        self._rules = rules
        self._root = root
        self._found: dict[tuple[str, str, tuple[str, ...]], _Found] = {}

    def in_force(
        self, client: str, host: str, homes: tuple[str, ...], carried: Mapping[str, str] | None = None
    ) -> tuple[DestinationRule, ...]:
        """The rules for an FQDN, the one that goes first at the front: the others only add what it lacks.

        `homes` are the namespaces that define the host. `carried` are the labels of the client's pods; None for any
        pod, which no rule selects.
        """
        found = self._of_host(client, host, homes)
        if carried is None or found.choosy is None:
            return found.plain
        chosen = sorted([*found.choosy.selecting(carried, ""), *found.of_all_pods], key=_age)
        return tuple(rule for rule in chosen if rule.client_labels == chosen[0].client_labels) or found.plain

    def are_choosy(self, client: str, host: str, homes: tuple[str, ...]) -> bool:
        """Whether the rules in force are others for some pods of the client's namespace."""
        return self._of_host(client, host, homes).choosy is not None

    def _of_host(self, client: str, host: str, homes: tuple[str, ...]) -> _Found:
        asked = (client, host, homes)
        if asked not in self._found:
            rules = self._of_first_place(client, host, homes)
            self._found[asked] = _by_choice(rules) if rules else _NONE
        return self._found[asked]

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


def with_policy(rules: tuple[DestinationRule, ...]) -> tuple[DestinationRule, ...]:
    """The rules that have a trafficPolicy, be it empty: that of the first is the one in force."""
    return tuple(rule for rule in rules if isinstance(rule.spec.get("trafficPolicy"), dict))


def _by_choice(rules: list[DestinationRule]) -> _Found:
    choosy = [rule for rule in rules if rule.client_labels is not None]
    return _Found(
        plain=tuple(rule for rule in rules if rule.client_labels is None),
        of_all_pods=tuple(rule for rule in choosy if not rule.client_labels),
        choosy=Selecting(choosy, lambda rule: "", lambda rule: rule.client_labels or {}) if choosy else None,
    )


def _is_for(rule: DestinationRule, client: str) -> bool:
    """Whether proxies of a namespace get a rule. One that selects pods is for those of its own namespace alone."""
    if rule.client_labels is not None:
        return rule.namespace == client
    return rule.is_seen_in(client)


def _age(rule: DestinationRule) -> tuple[str, str]:
    return text(rule.metadata.get("creationTimestamp")), rule.name
