"""The hosts that Gateways serve, and to VirtualServices of which namespaces."""

from collections import defaultdict
from collections.abc import Iterable

from meshctl.graph.hostnames import HostTable
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import ResourceId

EVERYWHERE = "*"


class ServedHosts:
    """The hosts of one Gateway. `shown` are all of them as written, sorted."""

    def __init__(self, namespace: str, written: Iterable[str]) -> None:
        self.shown = sorted(set(written))
        self._tables: dict[str, HostTable[str]] = defaultdict(HostTable)
        for entry in self.shown:
            scope, slash, host = entry.partition("/")
            if not slash:
                scope, host = EVERYWHERE, entry
            self._tables[namespace if scope == "." else scope].add(host, entry)

    def serves(self, host: str, namespace: str) -> bool:
        """Whether it serves a host, or a part of a wildcard host, of a VirtualService in that namespace."""
        return any(
            next(self._tables[scope].overlapping(host), None) is not None
            for scope in (EVERYWHERE, namespace)
            if scope in self._tables
        )

    def reserved_for(self, host: str) -> list[str]:
        """The namespaces for whose VirtualServices alone it serves a host."""
        return sorted(
            scope for scope, table in self._tables.items() if scope != EVERYWHERE and any(table.overlapping(host))
        )


@index(Gateway, KubernetesGateway)
def gateway_hosts(mesh: MeshGraph) -> dict[ResourceId, ServedHosts]:
    """The hosts of each Gateway of either kind; a listener without hostname serves all."""
    found = {g.id: ServedHosts(g.namespace, (h for s in g.servers for _, h in s.hosts)) for g in mesh.all(Gateway)}
    for gateway in mesh.all(KubernetesGateway):
        found[gateway.id] = ServedHosts(gateway.namespace, (name or "*" for name in gateway.hostnames))
    return found
