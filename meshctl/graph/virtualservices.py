"""VirtualServices by the hosts they claim for the sidecars of the mesh."""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.graph.hostnames import HostTable, fqdn
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.mesh import MeshGraph, index

EVERYWHERE = "*"


class MeshClaims:
    """Who claims which host for sidecars: for everybody's, or only for those of some namespaces.

    Two claims meet where one sidecar sees both. Two for the same sidecars meet if their hosts are equal; one for
    everybody and one for some also where a wildcard of one covers the other. Clusters are separate meshes here.
    """

    def __init__(self, virtualservices: tuple[VirtualService, ...], domain: str) -> None:
        self._domain = domain
        self._public: dict[str, HostTable[VirtualService]] = defaultdict(HostTable)
        self._private: dict[str, HostTable[VirtualService]] = defaultdict(HostTable)
        self._same: dict[tuple[str, str, str], list[VirtualService]] = defaultdict(list)
        for vs in sorted(virtualservices, key=lambda v: v.id):
            if not vs.applies_to_mesh:
                continue
            for host in self.hosts(vs):
                table = self._public if EVERYWHERE in vs.export_to else self._private
                table[vs.cluster].add(host, vs)
                for scope in vs.export_to:
                    self._same[vs.cluster, scope, host].append(vs)

    def hosts(self, vs: VirtualService) -> tuple[str, ...]:
        """The FQDNs that a VirtualService claims, each once."""
        return tuple(dict.fromkeys(fqdn(host, vs.namespace, self._domain) for _, host in vs.hosts))

    def twice(self, vs: VirtualService) -> str:
        """The FQDN that a VirtualService names twice, empty if there is none."""
        seen: set[str] = set()
        for _, host in vs.hosts:
            full = fqdn(host, vs.namespace, self._domain)
            if full in seen:
                return full
            seen.add(full)
        return ""

    def rivals(self, vs: VirtualService, host: str) -> Iterator[VirtualService]:
        """The other VirtualServices that meet this one at one of its hosts; one may come several times."""
        if vs.applies_to_mesh:
            for scope in vs.export_to:
                yield from (rival for rival in self._same[vs.cluster, scope, host] if rival is not vs)
            crossing = self._private if EVERYWHERE in vs.export_to else self._public
            yield from crossing[vs.cluster].overlapping(host)


@index(VirtualService)
def mesh_claims(mesh: MeshGraph) -> MeshClaims:
    """The hosts that VirtualServices claim for sidecars."""
    return MeshClaims(mesh.all(VirtualService), mesh.settings.cluster_domain)
