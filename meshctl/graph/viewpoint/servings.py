"""The servers of Gateways that the pods of one workload serve, and on which of their ports."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import Gateway, Server, VirtualService
from meshctl.graph.mesh import Missing
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.graph.workloads import pods, services_by_selector

HTTP = frozenset({"HTTP", "HTTP2", "GRPC", "GRPC-WEB"})


class Serving(Struct, frozen=True):
    """A server of a Gateway that these pods serve; `target` is the port that they listen on for it."""

    gateway: Gateway
    server: Server
    fields: Fields
    port: int
    target: int

    @property
    def protocol(self) -> str:
        """In capitals."""
        return self.server.protocol.upper()

    @property
    def is_http(self) -> bool:
        """Whether requests are looked at: HTTP, also after TLS ends here."""
        mode = text(mapping(self.fields.get("tls")).get("mode"))
        return self.protocol in HTTP or (self.protocol == "HTTPS" and mode not in ("PASSTHROUGH", "AUTO_PASSTHROUGH"))

    def serves(self, host: str, source: VirtualService) -> bool:
        """Whether the routes of a VirtualService for a host are let in: by host, and by namespace where one is said."""
        for _, entry in self.server.hosts:
            namespace, slash, name = entry.partition("/")
            place = self.gateway.namespace if namespace == "." else namespace
            if (not slash or place in ("*", source.namespace)) and overlap(name if slash else entry, host):
                return True
        return False


def servings(viewer: Viewer) -> tuple[Serving, ...]:
    """The servers that these pods serve, by the order of Gateways."""
    if "servings" not in viewer.cache:
        viewer.cache["servings"] = () if viewer.is_sidecar else tuple(_servings(viewer))
    found: tuple[Serving, ...] = viewer.cache["servings"]
    return found


def _servings(viewer: Viewer) -> Iterator[Serving]:
    targets = listening(viewer)
    if targets is None:
        return
    for gateway in sorted(viewer.mesh.all(Gateway), key=lambda g: (str(g.metadata.get("creationTimestamp", "")), g.id)):
        if gateway.selector and matches(gateway.selector, viewer.labels):
            fields = dict(numbered(gateway.spec.get("servers")))
            for server in gateway.servers:
                if server.port:
                    target = targets.get(server.port, server.port)
                    yield Serving(gateway, server, fields[int(server.path[2])], server.port, target)


def listening(viewer: Viewer) -> dict[int, int] | None:
    """The port of the pod behind each port of its Services; None where the input need not have its Services."""
    found: dict[int, int] = {}
    services = services_by_selector(viewer.mesh).selecting(viewer.labels, viewer.namespace)
    of_pods = Missing("Service", "", Service.KINDS, viewer.namespace)
    if not services and not viewer.mesh.absence_is_proven(of_pods):
        return None
    for service in sorted(services, key=lambda s: s.id):
        for port in service.ports:
            if port.number is not None and port.protocol in ("", "TCP"):
                found.setdefault(port.number, _target(viewer, service, port.target, port.number))
    return found


def _target(viewer: Viewer, service: Service, target: int | str | None, number: int) -> int:
    if isinstance(target, str):
        for pod in pods(viewer.mesh).selected_by(service.selector, service.namespace):
            for container in pod.containers:
                for _, port in numbered(container.fields.get("ports")):
                    if port.get("name") == target and (found := integer(port.get("containerPort"))):
                        return found
    return target if isinstance(target, int) else number
