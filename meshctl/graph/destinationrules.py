"""Which DestinationRules are for a host, as seen by the proxies of some namespaces."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from meshctl.graph.hostnames import HostTable, fqdn
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config


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

    def visible(self, host: str, clients: Collection[str], homes: Iterable[str]) -> list[DestinationRule]:
        """Rules for an FQDN that proxies in one of the `clients` namespaces may use.

        They come from the namespaces of the clients, from those of the service (`homes`) and from the root namespace;
        the last two must be exported to a client. Within one namespace only the rules of the most specific host count.
        """
        found: list[DestinationRule] = []
        for namespace in dict.fromkeys((*clients, *homes, self._root)):
            table = self._by_namespace.get(namespace)
            if table is not None:
                found += self._nearest(table, host, clients)
        return found

    def anywhere(self, host: str) -> Iterator[DestinationRule]:
        """Rules for an FQDN in every namespace, whoever may use them."""
        yield from self._all.exact(host)
        for wider in self._all.covering(host):
            yield from wider

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
