"""What Linkerd's proxy is given in pods that are still to come: annotations, else what the installation says."""

from collections.abc import Iterator, Mapping

from meshctl.graph.application import application_of
from meshctl.graph.fields import mapping
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.annotationvalues import CONFIG
from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_values
from meshctl.graph.linkerd.injection import gets_linkerd_proxy
from meshctl.graph.linkerd.meshed import told
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.overhead import ProxyCost, pod_count
from meshctl.graph.proxyresources import Bound, Resource, Setting, Source, effective

_ANNOTATIONS: Mapping[tuple[Bound, Resource], str] = {
    ("requests", "cpu"): f"{CONFIG}proxy-cpu-request",
    ("requests", "memory"): f"{CONFIG}proxy-memory-request",
    ("limits", "cpu"): f"{CONFIG}proxy-cpu-limit",
    ("limits", "memory"): f"{CONFIG}proxy-memory-limit",
}
_VALUES: Mapping[Bound, str] = {"requests": "request", "limits": "limit"}


def coming_proxy(mesh: MeshGraph, workload: Workload) -> ProxyCost | None:
    """What the proxies cost that the pods of a template get from Linkerd; None where they get none."""
    application = application_of(workload)
    if application is None or not gets_linkerd_proxy(mesh, workload):
        return None
    settings = tuple(_settings(mesh, workload))
    amounts = effective(settings)
    pods, counted = pod_count(mesh, workload)
    annotated = any(setting.path for setting in settings)
    installed: Source = "installation" if linkerd_config_map(mesh) else "assumed defaults"
    return ProxyCost(
        workload=workload,
        cpu_request=amounts.cpu_request,
        memory_request=amounts.memory_request,
        cpu_limit=amounts.cpu_limit,
        memory_limit=amounts.memory_limit,
        source="annotations" if annotated else installed,
        settings=settings,
        pods=pods,
        counted=counted,
        native=_native(mesh, workload),
        init=None,
        application=application,
    )


def _settings(mesh: MeshGraph, workload: Workload) -> Iterator[Setting]:
    """Linkerd's charts install neither requests nor limits: an empty text stands for none."""
    installed = mapping(mapping(linkerd_values(mesh).get("proxy")).get("resources"))
    for (bound, resource), name in _ANNOTATIONS.items():
        found = told(mesh, workload, name)
        value = mapping(installed.get(resource)).get(_VALUES[bound])
        if found is not None:
            # An annotation of the namespace has no place in the workload.
            place = found.path if found.subject is workload else workload.pod_field("metadata")
            yield Setting(bound, resource, found.value, place)
        elif value not in (None, ""):
            yield Setting(bound, resource, value)


def _native(mesh: MeshGraph, workload: Workload) -> bool | None:
    wish = told(mesh, workload, f"{CONFIG}proxy-enable-native-sidecar")
    if wish is not None:
        return wish.value.lower() in ("true", "1", "t")
    installed = mapping(linkerd_values(mesh).get("proxy")).get("nativeSidecar")
    return installed if isinstance(installed, bool) else None
