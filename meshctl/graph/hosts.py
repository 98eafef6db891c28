"""What a host name stands for: short names, FQDNs, wildcards, exportTo, ServiceEntries, the cluster domain."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from meshctl.graph.hostnames import HostTable, fqdn
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.nearest import Names
from meshctl.model.ids import KindKey

EXPORT_TO = "networking.istio.io/exportTo"
EVERYWHERE = "*"


def service_scopes(service: Service) -> tuple[str, ...]:
    """Namespaces that see a Service, from its exportTo annotation; `*` alone for everybody."""
    scopes = [s.strip() for s in service.annotations.get(EXPORT_TO, "").split(",")]
    named = tuple(dict.fromkeys(service.namespace if s == "." else s for s in scopes if s))
    return (EVERYWHERE,) if not named or EVERYWHERE in named else named


@dataclass(frozen=True, eq=False)
class HostEntry:
    """What answers for a host in one scope: Services, or ServiceEntries, with all their ports."""

    host: str
    providers: tuple[Service | ServiceEntry, ...]

    @lazy
    def first(self) -> Service | ServiceEntry:
        """The provider whose identity sorts first."""
        return min(self.providers, key=lambda provider: provider.id)

    @lazy
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces of the providers, in order, each once."""
        return tuple(dict.fromkeys(provider.namespace for provider in self.providers))

    @lazy
    def ports(self) -> Mapping[int, None]:
        """Port numbers of all providers, in order, each once."""
        return dict.fromkeys(number for provider in self.providers for number in _ports(provider))

    @lazy
    def ports_by_target(self) -> Mapping[int, int]:
        """Port number in the container -> port number of the Service in front of it."""
        services = (provider for provider in reversed(self.providers) if isinstance(provider, Service))
        ports = (port for service in services for port in reversed(service.ports))
        return {p.target: p.number for p in ports if isinstance(p.target, int) and p.number is not None}

    @property
    def same_port_twice(self) -> bool:
        """True if it has one port number, which one of the providers states more than once."""
        return len(self.ports) == 1 and any(len(list(_ports(provider))) > 1 for provider in self.providers)

    @property
    def always_several_ports(self) -> bool:
        """True if it has more than one port, whichever of the providers is the one that counts for a proxy."""
        return all(len(set(_ports(provider))) > 1 for provider in self.providers)


def _ports(provider: Service | ServiceEntry) -> Iterable[int]:
    if isinstance(provider, ServiceEntry):
        return provider.port_numbers
    return (p.number for p in provider.ports if p.number is not None)


class Hosts:
    """Every host that the input defines, by the scope in which it is visible."""

    def __init__(self, services: Iterable[Service], entries: Iterable[ServiceEntry], domain: str) -> None:
        self.domain = domain
        self._scopes: dict[str, HostTable[HostEntry]] = defaultdict(HostTable)
        self._all: HostTable[HostEntry] = HostTable()
        self._services: dict[str, dict[str, Service]] = defaultdict(dict)
        self._homes: dict[str, list[str]] = defaultdict(list)
        self._near: dict[str, Names] = {}
        self._outside: set[str] = set()
        declared: dict[tuple[str, str], list[Service | ServiceEntry]] = defaultdict(list)
        for entry in entries:
            for _, host in entry.hosts:
                self._outside.add(host)
                for scope in entry.export_to:
                    declared[scope, fqdn(host, entry.namespace, domain)].append(entry)
        own: dict[tuple[str, str], list[Service | ServiceEntry]] = defaultdict(list)
        for service in services:
            self._services[service.namespace][service.name] = service
            self._homes[service.name].append(service.namespace)
            for scope in service_scopes(service):
                own[scope, self.of_service(service.name, service.namespace)].append(service)
        # A Service answers for its name even where a ServiceEntry claims it as well.
        for (scope, host), providers in (declared | own).items():
            found = HostEntry(host, tuple(dict.fromkeys(providers)))
            self._scopes[scope].add(host, found)
            self._all.add(host, found)

    def of_service(self, name: str, namespace: str) -> str:
        """The FQDN of a Service."""
        return f"{name}.{namespace}.svc.{self.domain}"

    def fqdn(self, host: str, namespace: str) -> str:
        """The host with the namespace and domain filled in."""
        return fqdn(host, namespace, self.domain)

    def find(self, host: str, namespace: str, clients: Iterable[str] | None = None) -> HostEntry | None:
        """What a reference from `namespace` means to proxies in the `clients` namespaces (by default its own), or None.

        The first that knows it: everybody's hosts, those of a client's namespace; then the most specific wildcard
        that covers it.
        """
        full = self.fqdn(host, namespace)
        scopes = dict.fromkeys((EVERYWHERE, *((namespace,) if clients is None else clients)))
        tables = [self._scopes[scope] for scope in scopes if scope in self._scopes]
        for table in tables:
            if found := table.exact(full):
                return found[0]
        wildcards = [entries[0] for table in tables if (entries := next(table.covering(full), None))]
        return max(wildcards, key=lambda entry: len(entry.host), default=None)

    def hidden(self, host: str, namespace: str) -> HostEntry | None:
        """What answers for a host in some namespace or other, for one that `find` does not see."""
        return next(iter(self._all.exact(self.fqdn(host, namespace))), None)

    def any_below(self, wildcard: str) -> bool:
        """True if a host is defined that the wildcard covers."""
        return next(self._all.below(wildcard), None) is not None

    def named(self, pattern: str) -> Iterator[HostEntry]:
        """What answers for a full host name, in any scope; for every host that it covers if it is a wildcard."""
        yield from self._all.exact(pattern)
        yield from self._all.below(pattern)

    def home(self, host: str, namespace: str) -> str:
        """The namespace whose Service a host names; empty for a host outside the cluster."""
        full = self.fqdn(host, namespace)
        local = full.removesuffix(f".svc.{self.domain}")
        name, dot, home = local.partition(".")
        return home if dot and name and "." not in home and local != full else ""

    def missing(self, host: str, namespace: str) -> Missing:
        """The absence of a host: of a Service for a name within the cluster, of a ServiceEntry for any other."""
        home = self.home(host, namespace)
        kind = KindKey("", "Service") if home else ServiceEntry.KINDS[0]
        return Missing("host", self.fqdn(host, namespace), (kind,), home)

    def nearest(self, host: str, namespace: str) -> str | None:
        """A host that exists and was probably meant: as it has to be written in `namespace`."""
        name, dot, rest = host.partition(".")
        home = rest.partition(".")[0] if dot else namespace
        if "." in rest.removesuffix(f".svc.{self.domain}").removesuffix(".svc"):
            return self._names("", self._outside).nearest(host)
        if name in self._services.get(home, ()):
            full = self.of_service(name, home)
            return full if full != host else None
        if home in self._services and (near := self._names(home, self._services[home]).nearest(name)):
            return self.of_service(near, home) if dot else near
        homes = sorted(self._homes.get(name, ()))
        return self.of_service(name, homes[0]) if homes else self._names("", self._outside).nearest(host)

    def _names(self, home: str, names: Iterable[str]) -> Names:
        if home not in self._near:
            self._near[home] = Names(names)
        return self._near[home]


@index(Service, ServiceEntry)
def hosts(mesh: MeshGraph) -> Hosts:
    """The hosts that Services and ServiceEntries define."""
    return Hosts(mesh.all(Service), mesh.all(ServiceEntry), mesh.settings.cluster_domain)
