"""Which DestinationRules are for a host, as seen by the proxies of some namespaces."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from meshctl.graph.hostnames import HostTable, fqdn
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.networking import DestinationRule, Subset
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.nearest import Names


class HostRules(tuple[DestinationRule, ...]):
    """The DestinationRules that are for one host, with what they define."""

    @lazy
    def by_subset(self) -> Mapping[str, Sequence[tuple[DestinationRule, Subset]]]:
        """Name of a subset -> the rules that define it, in their order."""
        found: dict[str, list[tuple[DestinationRule, Subset]]] = defaultdict(list)
        for rule in self:
            for subset in {s.name: s for s in reversed(rule.subsets)}.values():
                found[subset.name].append((rule, subset))
        return dict(found)

    @lazy
    def subset_names(self) -> Sequence[str]:
        """The names of all subsets, sorted."""
        return sorted(name for name in self.by_subset if name)

    @lazy
    def similar(self) -> Names:
        """The names of all subsets, to find the one that was meant."""
        return Names(self.subset_names)


class Rules:
    """DestinationRules by the host they are for; wildcard rules are for every host they cover."""

    def __init__(self, rules: Iterable[DestinationRule], domain: str, root: str) -> None:
        self._root = root
        self._by_namespace: dict[str, HostTable[DestinationRule]] = defaultdict(HostTable)
        self._all: HostTable[DestinationRule] = HostTable()
        for rule in sorted(rules, key=lambda r: r.id):
            host = fqdn(rule.host, rule.namespace, domain)
            self._by_namespace[rule.namespace].add(host, rule)
            self._all.add(host, rule)
        self._visible: dict[tuple[str, tuple[str, ...], tuple[str, ...]], HostRules] = {}
        self._anywhere: dict[str, HostRules] = {}

    def visible(self, host: str, clients: tuple[str, ...], homes: Iterable[str]) -> HostRules:
        """Rules for an FQDN that proxies in one of the `clients` namespaces may use.

        They come from the namespaces of the clients, from those of the service (`homes`) and from the root namespace;
        the last two must be exported to a client. Within one namespace only the rules of the most specific host count.
        """
        places = dict.fromkeys((*clients, *homes, self._root))
        asked = (host, clients, tuple(places))
        if asked not in self._visible:
            tables = (self._by_namespace[place] for place in places if place in self._by_namespace)
            self._visible[asked] = HostRules(rule for table in tables for rule in self._nearest(table, host, clients))
        return self._visible[asked]

    def anywhere(self, host: str) -> HostRules:
        """Rules for an FQDN in every namespace, whoever may use them."""
        if host not in self._anywhere:
            wider = (rule for rules in self._all.covering(host) for rule in rules)
            self._anywhere[host] = HostRules((*self._all.exact(host), *wider))
        return self._anywhere[host]

    @staticmethod
    def _nearest(table: HostTable[DestinationRule], host: str, clients: Collection[str]) -> list[DestinationRule]:
        for rules in (table.exact(host), *table.covering(host)):
            if seen := [r for r in rules if r.namespace in clients or _exported(r, clients)]:
                return seen
        return []


def _exported(rule: DestinationRule, clients: Collection[str]) -> bool:
    return any(scope == "*" or scope in clients for scope in rule.export_to)


@index(DestinationRule, ConfigMap)
def destination_rules(mesh: MeshGraph) -> Rules:
    """The DestinationRules by host."""
    return Rules(mesh.all(DestinationRule), mesh.settings.cluster_domain, mesh_config(mesh).root_namespace)
