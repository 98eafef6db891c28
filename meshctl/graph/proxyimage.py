"""The image that the injector gives to a pod's proxy."""

from collections.abc import Mapping
from typing import Any

from meshctl.graph.fields import mapping, text
from meshctl.graph.injection import injection
from meshctl.graph.injector import Injector, injectors
from meshctl.graph.kinds.networking import ProxyConfig
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config_of, yaml_mapping
from meshctl.graph.selectors import matches

AUTO = "auto"
_VARIANT = "sidecar.istio.io/proxyImageType"


def automatic_image(workload: Workload) -> Container | None:
    """The proxy container whose image the injector has still to fill in."""
    return workload.proxy if workload.proxy and workload.proxy.image == AUTO else None


def injected_image(mesh: MeshGraph, workload: Workload) -> tuple[str, ...]:
    """The images that are right for its proxy, the exact one last.

    Empty where nothing tells: the workload is not injected, names its own image, or its injector was not read.
    """
    if workload.pod_annotations.get("sidecar.istio.io/proxyImage"):
        return ()
    decision = injection(mesh).decide(workload)
    by = injectors(mesh).get(decision.revision) if decision.injected else None
    base = _base(by) if by else ""
    if not base:
        return ()
    variant = _variant(mesh, workload, decision.revision)
    return (base, f"{base}-{variant}") if variant else (base,)


def _base(by: Injector) -> str:
    settings = mapping(by.values.get("global"))
    image = text(by.proxy.get("image"))
    if "/" in image:
        return image
    hub, tag = settings.get("hub"), settings.get("tag")
    if not image or not isinstance(hub, str) or not isinstance(tag, str | int | float):
        return ""
    return f"{hub}/{image}:{tag}"


def _variant(mesh: MeshGraph, workload: Workload, revision: str) -> str:
    """Such as `distroless`: what is said nearest to the pod wins."""
    chosen = ""
    annotation = workload.pod_annotations.get("proxy.istio.io/config")
    for config in (
        mesh_config_of(mesh, revision).default_config,
        *_proxy_configs(mesh, workload, revision),
        (yaml_mapping(annotation) if annotation else None) or {},
    ):
        chosen = text(mapping(config.get("image")).get("imageType")) or chosen
    chosen = workload.pod_annotations.get(_VARIANT) or chosen
    return "" if chosen == "default" else chosen


def _proxy_configs(mesh: MeshGraph, workload: Workload, revision: str) -> list[Mapping[str, Any]]:
    """The ProxyConfigs for a pod, of the mesh, its namespace and its labels: the later win."""
    by_place = _proxy_configs_by_place(mesh)
    root = mesh_config_of(mesh, revision).root_namespace
    wide = [c for place in (root, workload.namespace) for c in by_place.get(place, ()) if not c.selector]
    own = [c for c in by_place.get(workload.namespace, ()) if c.selector and matches(c.selector, workload.pod_labels)]
    return [c.spec for c in (*wide, *own)]


@index(ProxyConfig)
def _proxy_configs_by_place(mesh: MeshGraph) -> Mapping[str, list[ProxyConfig]]:
    found: dict[str, list[ProxyConfig]] = {}
    for config in mesh.all(ProxyConfig):
        found.setdefault(config.namespace, []).append(config)
    return found
