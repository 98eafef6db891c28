"""The image that the injector gives to a pod's proxy."""

from collections.abc import Mapping
from typing import Any

from meshctl.graph.fields import mapping, text
from meshctl.graph.injection import injection
from meshctl.graph.injector import Injector, injectors
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.networking import ProxyConfig
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config_of, yaml_mapping
from meshctl.graph.selectors import matches
from meshctl.graph.webhooks import INJECTION, REVISION

AUTO = "auto"
_VARIANT = "sidecar.istio.io/proxyImageType"


def automatic_image(workload: Workload) -> Container | None:
    """The proxy container whose image the injector has still to fill in."""
    return workload.proxy if workload.proxy and workload.proxy.image == AUTO else None


def injected_image(mesh: MeshGraph, workload: Workload) -> tuple[str, ...]:
    """The images that are right for its proxy, the exact one last.

    Empty where nothing tells: neither webhook nor label asks for injection, the workload names its own image, or its
    injector was not read.
    """
    if workload.pod_annotations.get("sidecar.istio.io/proxyImage"):
        return ()
    decision = injection(mesh).decide(workload)
    revision = decision.revision if decision.injected else _labelled_revision(mesh, workload)
    by = injectors(mesh).get(revision) if revision else None
    base = _base(by) if by else ""
    if not base:
        return ()
    variant = _variant(mesh, workload, revision)
    return (base, f"{base}-{variant}") if variant else (base,)


def _labelled_revision(mesh: MeshGraph, workload: Workload) -> str:
    """The revision that the labels of its namespace ask for, also where no webhook listens; empty for none."""
    place = mesh.get(Namespace, "", workload.namespace)
    labels = place.labels if place else {}
    return labels.get(REVISION) or ("default" if labels.get(INJECTION) == "enabled" else "")


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
