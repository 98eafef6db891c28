"""Which ports Services and pods take for opaque, and where they disagree."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.linkerd import ExternalWorkload, LinkerdServer
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.config import linkerd_values
from meshctl.graph.linkerd.meshed import meshed_workloads, told
from meshctl.graph.linkerd.portlists import PortRange, port_ranges
from meshctl.graph.linkerd.ports import pod_ports
from meshctl.graph.linkerd.servers import servers_by_port
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.workloads import services_by_selector
from meshctl.model.paths import Path

OPAQUE_PORTS = "config.linkerd.io/opaque-ports"
_DEFAULT = "25,587,3306,4444,5432,6379,9300,11211"


class OpaqueMismatch(NamedTuple):
    """A port of a Service, at `path`, that is opaque by the Service alone (`on_service`) or by the pods alone.

    `target` is the port of the pods.
    """

    service: Service
    path: Path
    number: int
    target: int
    workload: Workload
    on_service: bool


@index(Service, Workload, Namespace, ConfigMap, MutatingWebhookConfiguration, LinkerdServer, ExternalWorkload)
def opaque_mismatches(mesh: MeshGraph) -> Sequence[OpaqueMismatch]:
    """Each port of a Service at most once for each port of pods that it leads to."""
    default = text(mapping(linkerd_values(mesh).get("proxy")).get("opaquePorts")) or _DEFAULT
    by_default = port_ranges(default)
    servers = servers_by_port(mesh)
    found: dict[tuple[object, int, int], OpaqueMismatch] = {}
    told_by_server: set[tuple[object, int, int]] = set()
    seen = set()
    for asked in meshed_workloads(mesh):
        # Pods that are alike have the same Services and ports.
        stated, ports = told(mesh, asked.workload, OPAQUE_PORTS), pod_ports(asked.workload)
        labels, names = asked.workload.pod_labels.items(), ports.by_name.items()
        alike = (asked.workload.namespace, stated and stated.value, frozenset(labels), frozenset(names))
        if alike in seen:
            continue
        seen.add(alike)
        services = services_by_selector(mesh).selecting(asked.workload.pod_labels, asked.workload.namespace)
        if services:
            opaque = _of_pod(mesh, asked.workload, by_default)
            for each in _between(mesh, asked.workload, opaque, services, by_default):
                key = (each.service.id, each.number, each.target)
                found.setdefault(key, each)
                if servers.of(asked.workload, each.target):
                    # A Server says itself which protocol its port has.
                    told_by_server.add(key)
    return tuple(each for key, each in found.items() if key not in told_by_server)


def _between(
    mesh: MeshGraph,
    workload: Workload,
    opaque: Sequence[PortRange],
    services: Sequence[Service],
    by_default: Sequence[PortRange],
) -> Iterator[OpaqueMismatch]:
    names = pod_ports(workload)
    for service in services:
        if service.is_headless:
            continue
        stated = _of_service(mesh, service)
        listed = by_default if stated is None else port_ranges(stated)
        for port in service.ports:
            target = port.number if port.target is None else names.number(port.target)
            if port.number is None or target is None or _says_itself(port.app_protocol, port.protocol):
                continue
            on_service, on_pod = _covers(listed, port.number), _covers(opaque, target)
            if on_service != on_pod:
                yield OpaqueMismatch(service, port.path, port.number, target, workload, on_service)


def _says_itself(app_protocol: str | None, protocol: str) -> bool:
    return (app_protocol or "").startswith("linkerd.io/") or protocol not in ("", "TCP")


def _of_service(mesh: MeshGraph, service: Service) -> str | None:
    """What a Service is told; the injector writes the annotation of the namespace on those that have none."""
    own = service.annotations.get(OPAQUE_PORTS)
    place = mesh.get(Namespace, "", service.namespace)
    return own if own is not None else place.annotations.get(OPAQUE_PORTS) if place else None


def _of_pod(mesh: MeshGraph, workload: Workload, by_default: Sequence[PortRange]) -> Sequence[PortRange]:
    """Of pods the list may have names of their ports, too."""
    stated = told(mesh, workload, OPAQUE_PORTS)
    if stated is None:
        return by_default
    names = pod_ports(workload).by_name
    named = [names[item] for each in stated.value.split(",") if (item := each.strip()) in names]
    return (*port_ranges(stated.value), *(PortRange(number, number) for number in named))


def _covers(ranges: Sequence[PortRange], port: int) -> bool:
    return any(each.covers(port) for each in ranges)
