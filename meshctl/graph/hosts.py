"""What a host name stands for: short names, FQDNs, wildcards, exportTo, ServiceEntries, the cluster domain."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.nearest import Names
from meshctl.model.ids import KindKey

EXPORT_TO = "networking.istio.io/exportTo"
EVERYWHERE = "*"


def fqdn(host: str, namespace: str, domain: str) -> str:
    """A name without dots is a Service of the namespace; everything else, also `reviews.prod`, stands for itself."""
    return host if "." in host or host.startswith("*") else f"{host}.{namespace}.svc.{domain}"


def overlap(one: str, other: str) -> bool:
    """True if some host name fits both. `*.foo.com` covers `a.foo.com` and `*.a.foo.com`, but not `foo.com`."""
    if one.startswith("*") and other.startswith("*"):
        return one[1:].endswith(other[1:]) or other[1:].endswith(one[1:])
    if one.startswith("*"):
        return other.endswith(one[1:])
    if other.startswith("*"):
        return one.endswith(other[1:])
    return one == other


def service_scopes(service: Service) -> tuple[str, ...]:
    """Namespaces that see a Service, from its exportTo annotation; `*` for everybody."""
    value = service.annotations.get(EXPORT_TO)
    if value is None:
        return (EVERYWHERE,)
    return tuple(service.namespace if s.strip() == "." else s.strip() for s in value.split(","))


@dataclass(frozen=True, slots=True)
class HostEntry:
    """What answers for a host in one scope: Services, or ServiceEntries, with all their ports."""

    host: str
    providers: tuple[Service | ServiceEntry, ...]

    @property
    def ports(self) -> tuple[int, ...]:
        """Port numbers of all providers, in order, each once."""
        return tuple(dict.fromkeys(number for provider in self.providers for number in _ports(provider)))


def _ports(provider: Service | ServiceEntry) -> Iterable[int]:
    if isinstance(provider, ServiceEntry):
        return provider.port_numbers
    return (p.number for p in provider.ports if p.number is not None)


class Hosts:
    """Every host that the input defines, by the scope in which it is visible."""

    def __init__(self, services: Iterable[Service], entries: Iterable[ServiceEntry], domain: str) -> None:
        self.domain = domain
        self._exact: dict[tuple[str, str], HostEntry] = {}
        self._suffixes: dict[tuple[str, str], HostEntry] = {}
        self._suffix_lengths: set[int] = set()
        self._services: dict[str, dict[str, Service]] = defaultdict(dict)
        self._homes: dict[str, list[str]] = defaultdict(list)
        self._near: dict[str, Names] = {}
        by_key: dict[tuple[str, str], list[Service | ServiceEntry]] = defaultdict(list)
        for entry in entries:
            for _, host in entry.hosts:
                for scope in entry.export_to:
                    by_key[scope, fqdn(host, entry.namespace, domain)].append(entry)
        own: dict[tuple[str, str], list[Service | ServiceEntry]] = defaultdict(list)
        for service in services:
            self._services[service.namespace][service.name] = service
            self._homes[service.name].append(service.namespace)
            host = f"{service.name}.{service.namespace}.svc.{domain}"
            for scope in service_scopes(service):
                own[scope, host].append(service)
        # A Service answers for its name even where a ServiceEntry claims it as well.
        for (scope, host), providers in {**by_key, **own}.items():
            self._add(scope, HostEntry(host, tuple(dict.fromkeys(providers))))

    def _add(self, scope: str, entry: HostEntry) -> None:
        self._exact[scope, entry.host] = entry
        if entry.host.startswith("*"):
            self._suffixes[scope, entry.host[1:]] = entry
            self._suffix_lengths.add(len(entry.host) - 1)

    def fqdn(self, host: str, namespace: str) -> str:
        """The host with the namespace and domain filled in."""
        return fqdn(host, namespace, self.domain)

    def find(self, host: str, namespace: str, export_to: Iterable[str] = (EVERYWHERE,)) -> HostEntry | None:
        """What a reference from `namespace` means, or None.

        The first that knows it: everybody's hosts, those of the own namespace, those of the namespaces that the
        referring object is exported to; then wildcards that cover it.
        """
        full = self.fqdn(host, namespace)
        scopes = tuple(dict.fromkeys((EVERYWHERE, namespace, *export_to)))
        for scope in scopes:
            if found := self._exact.get((scope, full)):
                return found
        plain = host[1:] if host.startswith("*") else full
        for length in sorted(self._suffix_lengths, reverse=True):
            if length <= len(plain):
                suffix = plain[len(plain) - length :]
                for scope in scopes:
                    if found := self._suffixes.get((scope, suffix)):
                        return found
        return None

    def home(self, host: str, namespace: str) -> str:
        """The namespace whose Service a host names; empty for a host outside the cluster."""
        local = self.fqdn(host, namespace).removesuffix(f".svc.{self.domain}")
        name, dot, home = local.partition(".")
        return home if dot and name and "." not in home and local != self.fqdn(host, namespace) else ""

    def missing(self, host: str, namespace: str) -> Missing:
        """The absence of a host: of a Service for a name within the cluster, of a ServiceEntry for any other."""
        full = self.fqdn(host, namespace)
        home = self.home(host, namespace)
        kind = KindKey("", "Service") if home else ServiceEntry.KINDS[0]
        return Missing("host", full, (kind,), home)

    def nearest(self, host: str, namespace: str) -> str | None:
        """A host that exists and was probably meant."""
        name, _, rest = host.partition(".")
        home = rest.partition(".")[0] if rest else namespace
        if home in self._services and rest == home and name in self._services[home]:
            return f"{name}.{home}.svc.{self.domain}"
        if home in self._services:
            if home not in self._near:
                self._near[home] = Names(self._services[home])
            if near := self._near[home].nearest(name):
                return near if not rest else f"{near}.{home}.svc.{self.domain}"
        return next(self._elsewhere(name), None)

    def _elsewhere(self, name: str) -> Iterator[str]:
        for namespace in sorted(self._homes.get(name, ())):
            yield f"{name}.{namespace}.svc.{self.domain}"


@index(Service, ServiceEntry)
def hosts(mesh: MeshGraph) -> Hosts:
    """The hosts that Services and ServiceEntries define."""
    return Hosts(mesh.all(Service), mesh.all(ServiceEntry), mesh.settings.cluster_domain)
