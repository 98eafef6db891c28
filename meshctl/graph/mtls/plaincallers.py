"""Callers that annotations and probes show, and that never use mutual TLS: kubelets and Prometheus."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.application import ISTIO_CONTAINERS
from meshctl.graph.fields import integer, mapping, text
from meshctl.graph.injector import Injector, injectors
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.mtls.accepting import accepts
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.servers import INJECTED, named_port, ways
from meshctl.graph.proxied import injector
from meshctl.graph.workloads import owner
from meshctl.model.paths import Path

REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers"
SCRAPE = "prometheus.io/scrape"
_PORT, _SCHEME, _MERGE = "prometheus.io/port", "prometheus.io/scheme", "prometheus.istio.io/merge-metrics"
# Without any of these the injector sees to it that nobody is refused.
_TELLING = frozenset({REWRITE, SCRAPE, INJECTED})
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


class PlainCall(Struct, frozen=True):
    """A call to a port that takes mutual TLS alone. `path` is that of what causes it, `what` the probe's name."""

    workload: Workload
    path: Path
    what: str
    port: int
    because: Because


@index(Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)
def refused_probes(mesh: MeshGraph) -> tuple[PlainCall, ...]:
    """Probes of kubelets that the proxy refuses. Of the pods of one controller the first stands for all."""
    return tuple(
        PlainCall(workload, path, name, port, because)
        for workload in _strict_ones(mesh)
        if not _rewrites(mesh, workload)
        for path, name, port in _probes(workload)
        if (because := _refusal(mesh, workload, port))
    )


@index(Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)
def refused_scrapes(mesh: MeshGraph) -> tuple[PlainCall, ...]:
    """Ports that annotations tell Prometheus to read, and where it is refused; the first pod stands for all."""
    return tuple(
        PlainCall(workload, workload.pod_field("metadata", "annotations", _PORT), "", port, because)
        for workload in _strict_ones(mesh)
        if (port := _scraped_port(mesh, workload)) and (because := _refusal(mesh, workload, port))
    )


@index(Workload, Machine, Namespace, MutatingWebhookConfiguration, ConfigMap, PeerAuthentication)
def _strict_ones(mesh: MeshGraph) -> tuple[Workload, ...]:
    """Workloads with a sidecar in places with STRICT: templates, and one pod of each controller that is not known."""
    if not any("STRICT" in (p.mode, *p.port_modes.values()) for p in mesh.all(PeerAuthentication)):
        return ()
    found: dict[object, Workload] = {}
    rewriting = all(_rewrites_by_default(by) for by in injectors(mesh).values())
    for workload in mesh.all(Workload):
        if rewriting and _TELLING.isdisjoint(workload.pod_annotations):
            continue
        ended = workload.is_pod and (workload.has_ended or owner(mesh, workload) is not None)
        if not ended and ways(mesh)(workload) == "sidecar":
            maker = workload.controller if workload.is_pod and workload.controller[0] else workload.id
            found.setdefault((workload.cluster, workload.namespace, maker), workload)
    return tuple(found.values())


def _refusal(mesh: MeshGraph, workload: Workload, port: int) -> Because | None:
    taken = accepts(mesh, workload, port)
    return taken.because if taken.what == "mutual only" else None


def _rewrites(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether the injector sends probes through the proxy's own port; what it has injected shows that itself."""
    if INJECTED in workload.pod_annotations:
        return False
    if (said := workload.pod_annotations.get(REWRITE)) is not None:
        return said != "false"
    by = injector(mesh, workload)
    return not by or _rewrites_by_default(by)


def _rewrites_by_default(by: Injector) -> bool:
    return mapping(by.values.get("sidecarInjectorWebhook")).get("rewriteAppHTTPProbe") is not False


def _probes(workload: Workload) -> Iterator[tuple[Path, str, int]]:
    """The probes that send requests, with their ports. One that only opens a connection gets that far."""
    for container in workload.containers:
        for name in _PROBES if container.name not in ISTIO_CONTAINERS else ():
            probe = mapping(container.fields.get(name))
            for way in ("httpGet", "grpc"):
                port = _port_of(workload, mapping(probe.get(way)).get("port"))
                if port:
                    yield (*container.path, name, way, "port"), f"{name} of container {container.name}", port


def _scraped_port(mesh: MeshGraph, workload: Workload) -> int | None:
    """The port that Prometheus reads without TLS; None where the proxy answers for the application, as by default."""
    said = workload.pod_annotations
    if said.get(SCRAPE) != "true" or said.get(_SCHEME, "http") != "http":
        return None
    merged = mesh_config(mesh).fields.get("enablePrometheusMerge") is not False
    if INJECTED not in said and (merged and said.get(_MERGE) != "false"):
        return None
    return _port_of(workload, said.get(_PORT))


def _port_of(workload: Workload, port: object) -> int | None:
    """The number of a port that is named, or is a number, also as a text."""
    name = text(port)
    if name.isascii() and name.isdigit() and len(name) < 6:
        return int(name)
    return integer(port) or named_port(workload, name)
