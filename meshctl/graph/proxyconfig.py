"""What a pod's own annotation says about its proxy, over the mesh's defaults."""

from meshctl.graph.fields import EMPTY, Fields, mapping
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_config_of, yaml_mapping
from meshctl.graph.proxied import injected_proxy, injector, revision

_ANNOTATION = "proxy.istio.io/config"


def proxy_config(mesh: MeshGraph, workload: Workload) -> Fields:
    """The ProxyConfig of a workload: its annotation over the MeshConfig of its revision."""
    own = yaml_mapping(workload.pod_annotations[_ANNOTATION]) if _ANNOTATION in workload.pod_annotations else None
    return {**mesh_config_of(mesh, revision(mesh, workload)).default_config, **(own or EMPTY)}


def holds_application(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether the application's containers wait for the proxy."""
    if proxy := injected_proxy(workload):
        # The kubelet starts the next container only when this hook of the first has ended.
        return "postStart" in mapping(proxy.fields.get("lifecycle"))
    by = injector(mesh, workload)
    return proxy_config(mesh, workload).get("holdApplicationUntilProxyStarts") is True or (
        by is not None and by.proxy.get("holdApplicationUntilProxyStarts") is True
    )
