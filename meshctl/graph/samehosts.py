"""Resources that claim one host together: DestinationRules, ServiceEntries, and VirtualServices at a Gateway."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meshctl.graph.fields import Fields, listed, mapping, numbered
from meshctl.graph.hostnames import fqdn
from meshctl.graph.kinds.networking import DestinationRule, EntryPort, ServiceEntry, VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path


@index(DestinationRule)
def rules_of_one_host(mesh: MeshGraph) -> tuple[tuple[DestinationRule, ...], ...]:
    """The DestinationRules that istiod makes one of: of one namespace, for one host, seen by the same namespaces.

    Those for some workloads only are left out.
    """
    found: dict[tuple[str, str, str, frozenset[str]], list[DestinationRule]] = defaultdict(list)
    for rule in sorted(mesh.all(DestinationRule), key=lambda r: r.id):
        if rule.host and not rule.spec.get("workloadSelector"):
            host = fqdn(rule.host, rule.namespace, mesh.settings.cluster_domain)
            found[rule.cluster, rule.namespace, host, frozenset(rule.export_to)].append(rule)
    return tuple(tuple(rules) for rules in found.values() if len(rules) > 1)


class SharedPort(NamedTuple):
    """A port of a host that several ServiceEntries have with the same protocol, for the same namespaces."""

    host: str
    number: int
    entries: tuple[tuple[ServiceEntry, EntryPort], ...]


@index(ServiceEntry)
def shared_entry_ports(mesh: MeshGraph) -> tuple[SharedPort, ...]:
    """Ports of hosts that several ServiceEntries have, each once."""
    found: dict[tuple[str, str, int, str, frozenset[str]], dict[ServiceEntry, EntryPort]] = defaultdict(dict)
    for entry in sorted(mesh.all(ServiceEntry), key=lambda e: e.id):
        for host in dict.fromkeys(host for _, host in entry.hosts):
            for port in entry.ports:
                if port.number is not None:
                    scope = frozenset(entry.export_to)
                    found[entry.cluster, host, port.number, port.protocol, scope].setdefault(entry, port)
    return tuple(SharedPort(host, n, tuple(e.items())) for (_, host, n, _, _), e in found.items() if len(e) > 1)


class CatchAlls(NamedTuple):
    """Routes for everything that a Gateway gets for a host, of several VirtualServices: one of them has effect."""

    gateway: str
    host: str
    routes: tuple[tuple[VirtualService, Path], ...]


@index(VirtualService)
def competing_catch_alls(mesh: MeshGraph) -> tuple[CatchAlls, ...]:
    """Hosts of Gateways for which several VirtualServices have a route for everything."""
    found: dict[tuple[str, str, str], dict[VirtualService, Path]] = defaultdict(dict)
    for vs in sorted(mesh.all(VirtualService), key=lambda v: v.id):
        path = next(_catch_alls(vs), None)
        for place, name in vs.gateway_references if path else ():
            if path and vs.is_seen_in(place):
                for host in dict.fromkeys(fqdn(h, vs.namespace, mesh.settings.cluster_domain) for _, h in vs.hosts):
                    found[vs.cluster, f"{place}/{name}", host].setdefault(vs, path)
    return tuple(CatchAlls(gateway, host, tuple(v.items())) for (_, gateway, host), v in found.items() if len(v) > 1)


def _catch_alls(vs: VirtualService) -> Iterator[Path]:
    """Routes of HTTP that take every request of every gateway of the VirtualService, and lead to no delegate."""
    for i, route in numbered(vs.spec.get("http")):
        matches: Sequence[Fields] = [match for _, match in numbered(route.get("match"))]
        if not route.get("delegate") and (not listed(route.get("match")) or any(map(_takes_all, matches))):
            yield ("spec", "http", i)


def _takes_all(match: Mapping[str, object]) -> bool:
    return set(match) <= {"name", "uri"} and mapping(match.get("uri") or {"prefix": "/"}) == {"prefix": "/"}
