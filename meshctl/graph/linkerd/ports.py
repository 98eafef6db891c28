"""The ports of pods as Linkerd's policies see them: by number and by name, those of the proxy among them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.fields import integer, mapping, numbered, text
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.annotationvalues import CONFIG
from meshctl.graph.linkerd.meshed import told
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.workloads import services_by_selector
from meshctl.model.paths import Path

ADMIN_PORT = 4191
OF_PROXY: Mapping[str, int] = {"linkerd-proxy": 4143, "linkerd-admin": ADMIN_PORT}
"""The ports that the injected container declares."""

_ADMIN_ANNOTATION = f"{CONFIG}admin-port"
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


class Probe(NamedTuple):
    """A probe of HTTP: the kubelet asks for this path at this port of the pod."""

    path: Path
    url: str
    port: int


class PodPorts(NamedTuple):
    """`by_name` are the named ports, `declared` the numbers that containers state; the proxy's are among neither."""

    by_name: Mapping[str, int]
    declared: frozenset[int]

    def number(self, port: int | str | None) -> int | None:
        """The number that a port of a Server means in such a pod; None if the pod has no port of that name."""
        return self.by_name.get(port, OF_PROXY.get(port)) if isinstance(port, str) else port


def pod_ports(workload: Workload) -> PodPorts:
    """The ports that the containers of a workload declare."""
    names: dict[str, int] = {}
    numbers = set()
    for container in workload.containers:
        for _, port in numbered(container.fields.get("ports")):
            number = integer(port.get("containerPort"))
            if number is not None and port.get("protocol") in (None, "TCP"):
                numbers.add(number)
                names.setdefault(text(port.get("name")), number)
    names.pop("", None)
    return PodPorts(names, frozenset(numbers))


def http_probes(workload: Workload) -> Iterator[Probe]:
    """The probes of HTTP of the application's containers."""
    names = pod_ports(workload).by_name
    for container in workload.containers:
        for kind in _PROBES:
            asked = mapping(mapping(container.fields.get(kind)).get("httpGet"))
            port = asked.get("port")
            number = names.get(port) if isinstance(port, str) and not port.isdecimal() else port
            found = int(number) if isinstance(number, str) else integer(number)
            if found is not None:
                url = text(asked.get("path")).partition("?")[0] or "/"
                yield Probe((*container.path, kind, "httpGet"), url if url[0] == "/" else f"/{url}", found)


def answering_ports(mesh: MeshGraph, workload: Workload) -> frozenset[int]:
    """The ports at which its pods answer, as far as anything says so: declarations, probes, Services, the proxy."""
    ports = pod_ports(workload)
    found = {*ports.declared, *(probe.port for probe in http_probes(workload)), *OF_PROXY.values()}
    admin = told(mesh, workload, _ADMIN_ANNOTATION)
    if admin is not None and admin.value.isdecimal():
        found.add(int(admin.value))
    for container in workload.containers:
        for kind in _PROBES:
            probe = mapping(container.fields.get(kind))
            found.update(
                port for how in ("tcpSocket", "grpc") if (port := integer(mapping(probe.get(how)).get("port")))
            )
    for service in services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace):
        targets = (port.number if port.target is None else port.target for port in service.ports)
        found.update(target for target in targets if isinstance(target, int))
    return frozenset(found)


def service_targets(service: Service, ports: PodPorts) -> Iterator[tuple[int, int]]:
    """(port of the Service, port of the pod) of each port of a Service, as far as the pod has it."""
    for port in service.ports:
        target = port.number if port.target is None else ports.number(port.target)
        if port.number is not None and target is not None:
            yield port.number, target
