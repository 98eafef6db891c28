"""Every host that the input provides, by Services and by ServiceEntries, with its ports."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import numbered, text
from meshctl.graph.hostnames import fqdn
from meshctl.graph.hosts import service_scopes
from meshctl.graph.kinds.core import Service, ServicePort
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.protocols import protocol_hint
from meshctl.model.paths import Path

HTTP = frozenset({"http", "http2", "grpc", "grpc-web", "kubernetes.io/h2c", "kubernetes.io/ws"})
HTTP2 = frozenset({"http2", "grpc", "grpc-web", "kubernetes.io/h2c"})
_NOT_HTTP = frozenset({"tcp", "tls", "https", "mongo", "redis", "mysql", "http_proxy", "kubernetes.io/wss"})


class ProvidedPort(Struct, frozen=True):
    """A port of a host. `protocol` is in small letters, empty where Istio looks at the traffic; `path` is the port's,
    `said` that of the field that tells the protocol."""

    number: int
    name: str
    protocol: str
    path: Path
    said: Path

    @property
    def is_http(self) -> bool | None:
        """Whether it is HTTP; None where that is found out from the traffic."""
        return True if self.protocol in HTTP else False if self.protocol in _NOT_HTTP else None


class Provided(Struct, frozen=True):
    """A host, who provides it (`path` is where that says the host), and the namespaces that see it."""

    host: str
    source: Service | ServiceEntry
    path: Path
    ports: tuple[ProvidedPort, ...]
    scopes: tuple[str, ...]


@index(Service, ServiceEntry)
def provided(mesh: MeshGraph) -> Mapping[str, tuple[Provided, ...]]:
    """Providers by FQDN, Services first."""
    found: dict[str, list[Provided]] = defaultdict(list)
    domain = mesh.settings.cluster_domain
    for service in mesh.all(Service):
        if service.type != "ExternalName":
            host = f"{service.name}.{service.namespace}.svc.{domain}"
            ports = tuple(_service_ports(service))
            found[host].append(Provided(host, service, ("metadata", "name"), ports, service_scopes(service)))
    for entry in mesh.all(ServiceEntry):
        ports = tuple(_entry_ports(entry))
        for i, host in entry.hosts:
            full = fqdn(host, entry.namespace, domain)
            found[full].append(Provided(full, entry, ("spec", "hosts", i), ports, entry.export_to))
    return {host: tuple(providers) for host, providers in found.items()}


def _service_ports(service: Service) -> Iterator[ProvidedPort]:
    for port in service.ports:
        if port.number is not None and port.protocol in ("", "TCP"):
            said = (*port.path, "name" if port.app_protocol is None else "appProtocol")
            yield ProvidedPort(port.number, port.name, _protocol(port), port.path, said)


def _protocol(port: ServicePort) -> str:
    hint = protocol_hint(port).lower()
    if hint in HTTP or hint in _NOT_HTTP:
        return hint
    if hint.startswith("grpc-web"):
        return "grpc-web"
    first = hint.partition("-")[0]
    return first if first in HTTP or first in _NOT_HTTP else ""


def _entry_ports(entry: ServiceEntry) -> Iterator[ProvidedPort]:
    names = {i: text(fields.get("name")) for i, fields in numbered(entry.spec.get("ports"))}
    for i, port in enumerate(entry.ports):
        if port.number is not None and port.protocol != "UDP":
            yield ProvidedPort(
                port.number, names.get(i, ""), port.protocol.lower(), port.path, (*port.path, "protocol")
            )
