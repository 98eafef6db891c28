"""Ports of the mesh that annotations take past the proxy."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.linkerd import ExternalWorkload, LinkerdServer
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.annotationvalues import CONFIG
from meshctl.graph.linkerd.meshed import Told, meshed_workloads, told
from meshctl.graph.linkerd.portlists import port_ranges
from meshctl.graph.linkerd.ports import pod_ports, service_targets
from meshctl.graph.linkerd.servers import servers_by_port
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.graph.workloads import services_by_selector

_INBOUND, _OUTBOUND = f"{CONFIG}skip-inbound-ports", f"{CONFIG}skip-outbound-ports"


class SkippedPort(NamedTuple):
    """A port of `owner` that an annotation takes past the proxy; `server` is the Server that it has, if any."""

    told: Told
    port: int
    owner: View
    server: LinkerdServer | None


@index(Namespace, Workload, Service, LinkerdServer, ExternalWorkload, ConfigMap, MutatingWebhookConfiguration)
def skipped_ports(mesh: MeshGraph) -> Sequence[SkippedPort]:
    """The first such port of each annotation; one with a Server goes before others."""
    found: dict[tuple[object, ...], SkippedPort] = {}
    for workload, _ in meshed_workloads(mesh):
        for skipped in (_inbound(mesh, workload), _outbound(mesh, workload)):
            if skipped:
                first = found.setdefault((skipped.told.subject.id, skipped.told.path), skipped)
                if skipped.server and not first.server:
                    found[skipped.told.subject.id, skipped.told.path] = skipped
    return tuple(found.values())


def _inbound(mesh: MeshGraph, workload: Workload) -> SkippedPort | None:
    annotation = told(mesh, workload, _INBOUND)
    if annotation is None:
        return None
    ranges = port_ranges(annotation.value)
    declared = pod_ports(workload)
    targets = {target for service in _services(mesh, workload) for _, target in service_targets(service, declared)}
    skipped = [p for p in sorted(targets | declared.declared) if any(one.covers(p) for one in ranges)]
    served = ((p, server) for p in skipped if (server := servers_by_port(mesh).of(workload, p)))
    port, server = next(served, (skipped[0] if skipped else 0, None))
    return SkippedPort(annotation, port, workload, server) if port else None


def _outbound(mesh: MeshGraph, workload: Workload) -> SkippedPort | None:
    annotation = told(mesh, workload, _OUTBOUND)
    if annotation is None:
        return None
    ports = _meshed_services(mesh)
    numbers = ports.numbers
    for one in port_ranges(annotation.value):
        at = bisect_left(numbers, one.first)
        if at < len(numbers) and numbers[at] <= one.last:
            return SkippedPort(annotation, numbers[at], ports.services[at], None)
    return None


class _Ports(NamedTuple):
    """The ports of Services in front of pods with a proxy, sorted, with the first Service that has each."""

    numbers: Sequence[int]
    services: Sequence[Service]


@index(Namespace, Workload, Service, ConfigMap, MutatingWebhookConfiguration)
def _meshed_services(mesh: MeshGraph) -> _Ports:
    found: dict[int, Service] = {}
    for workload, _ in meshed_workloads(mesh):
        for service in _services(mesh, workload):
            for port in service.ports:
                if port.number is not None and port.protocol in ("", "TCP"):
                    found.setdefault(port.number, service)
    numbers = sorted(found)
    return _Ports(numbers, [found[number] for number in numbers])


def _services(mesh: MeshGraph, workload: Workload) -> Iterator[Service]:
    yield from services_by_selector(mesh).selecting(workload.pod_labels, workload.namespace)
