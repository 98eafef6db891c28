"""How pods and machines take part in the mesh, and which of their ports the proxy stands in front of."""

from collections.abc import Mapping
from typing import Literal

from meshctl.graph.ambient import in_ambient, is_redirected
from meshctl.graph.fields import integer, mapping, numbered, text
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, ServicePort
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.mtls.because import Because
from meshctl.graph.proxied import gets_proxy, injector, is_gateway
from meshctl.model.ids import ResourceId

Way = Literal["sidecar", "ambient", "gateway", "none", "unknown"]
TLS_MODE = "security.istio.io/tlsMode"
INJECTED = "sidecar.istio.io/status"

_TUNNEL = "networking.istio.io/tunnel"
_TRAFFIC = "traffic.sidecar.istio.io/"
# Ports of the proxy itself, which are never behind it.
_OWN_PORTS = frozenset({15020, 15021, 15090})


class Ways:
    """How each workload takes part, looked at once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._found: dict[ResourceId, Way] = {}

    def __call__(self, server: Workload | Machine) -> Way:
        """`unknown` where that depends on a Namespace that was not read."""
        if server.id not in self._found:
            self._found[server.id] = self._way(server)
        return self._found[server.id]

    def _way(self, server: Workload | Machine) -> Way:
        if isinstance(server, Machine):
            # Istio takes a machine with an account, or with the label, for one that runs a proxy.
            account = text(server.spec.get("serviceAccount"))
            return "sidecar" if server.carried_labels.get(TLS_MODE, "istio" if account else "") == "istio" else "none"
        if is_gateway(server):
            return "gateway"
        gets = gets_proxy(self._mesh, server)
        if gets:
            return "sidecar"
        if in_ambient(self._mesh, server) and (not server.host_network or is_redirected(server)):
            return "ambient"
        return "unknown" if gets is None else "none"


@index(Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap)
def ways(mesh: MeshGraph) -> Ways:
    """How workloads take part in the mesh."""
    return Ways(mesh)


def takes_mutual_tls(server: Workload | Machine) -> bool:
    """Whether Istio tells clients that a sidecar's pod takes mutual TLS, by the label that the injector writes."""
    if isinstance(server, Machine):
        return True
    missing = "" if INJECTED in server.pod_annotations else "istio"
    return server.pod_labels.get(TLS_MODE, missing) == "istio"


def carried_by(server: Workload | Machine) -> Mapping[str, str]:
    """The labels by which policies choose it."""
    return server.carried_labels if isinstance(server, Machine) else server.pod_labels


def decisive(server: Workload) -> tuple[str | None, ...]:
    """The labels and annotations by which the pods of one way differ as servers."""
    asked = (INJECTED, f"{_TRAFFIC}excludeInboundPorts", f"{_TRAFFIC}includeInboundPorts")
    carried = (server.pod_labels.get(TLS_MODE), server.pod_labels.get(_TUNNEL), server.pod_labels.get("istio.io/rev"))
    said = [server.pod_annotations.get(key) for key in asked]
    return *carried, "yes" if said[0] else None, *said[1:]


def takes_tunnel(mesh: MeshGraph, server: Workload | Machine) -> bool | None:
    """Whether a pod with a sidecar takes HBONE as well, which ambient clients need; None where that is not known."""
    if (said := carried_by(server).get(_TUNNEL)) is not None:
        return said == "http"
    if isinstance(server, Machine) or INJECTED in server.pod_annotations:
        return False
    config = mesh_config(mesh)
    enabled = mapping(config.default_config.get("proxyMetadata")).get("ISTIO_META_ENABLE_HBONE")
    return enabled == "true" if config.known else None


def passed_by(mesh: MeshGraph, server: Workload | Machine, port: int) -> Because | None:
    """Why connections to a port of a pod with a sidecar go past the proxy; None where they meet it."""
    if isinstance(server, Machine):
        return None
    if port in _OWN_PORTS:
        return Because(f"port {port} is one of the proxy's own")
    installed = injector(mesh, server)
    for word, default in (("excludeInboundPorts", ""), ("includeInboundPorts", "*")):
        key = f"{_TRAFFIC}{word}"
        said = server.pod_annotations.get(key)
        if said is not None and _passes(word, said, port):
            path = server.pod_field("metadata", "annotations", key)
            return Because(f"the annotation {key} leaves out port {port}", server, path)
        if said is None and installed and _passes(word, text(installed.proxy.get(word)) or default, port):
            return Because(f"{word} of the installation leaves out port {port}", installed.source)
    return None


def leaves_out_ports(server: Workload) -> bool:
    """Whether annotations keep ports of the application from the proxy; the injector writes what keeps none."""
    excluded = server.pod_annotations.get(f"{_TRAFFIC}excludeInboundPorts", "")
    included = server.pod_annotations.get(f"{_TRAFFIC}includeInboundPorts", "*")
    named = {part.strip() for part in excluded.split(",")} - {"", *map(str, _OWN_PORTS)}
    return bool(named) or "*" not in included


def _passes(word: str, said: str, port: int) -> bool:
    """Whether this list of ports keeps a port from the proxy; an empty list to include has none of them."""
    ports = {part.strip() for part in said.split(",")}
    return str(port) in ports if word.startswith("exclude") else ports.isdisjoint(("*", str(port)))


def port_in(server: Workload | Machine, port: ServicePort) -> int | None:
    """The port of the pod that a port of a Service leads to; None where it is named and the pod does not have it."""
    if port.target is None or isinstance(port.target, int):
        return port.target or port.number
    if isinstance(server, Machine):
        return None
    return named_port(server, port.target)


def named_port(server: Workload, name: str) -> int | None:
    """The number of the port of that name that a container declares, the first there is."""
    return next((number for declared, number in container_ports(server) if declared == name), None)


def container_ports(server: Workload) -> list[tuple[str, int]]:
    """The ports that containers declare, with their names, which may be empty."""
    return [
        (text(port.get("name")), number)
        for container in server.containers
        if not container.init or container.native
        for _, port in numbered(container.fields.get("ports"))
        if (number := integer(port.get("containerPort"))) is not None
    ]
