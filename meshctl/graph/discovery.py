"""Which namespaces istiod looks into: the discovery selectors of its MeshConfig."""

from meshctl.graph.fields import listed
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config, mesh_configs
from meshctl.graph.selectors import label_selector_matches
from meshctl.graph.view import View
from meshctl.model.ids import KindKey

_KINDS = {
    "networking.istio.io": "DestinationRule EnvoyFilter Gateway ProxyConfig ServiceEntry Sidecar VirtualService"
    " WorkloadEntry WorkloadGroup",
    "security.istio.io": "AuthorizationPolicy PeerAuthentication RequestAuthentication",
    "telemetry.istio.io": "Telemetry",
    "extensions.istio.io": "TrafficExtension WasmPlugin",
}


class IstioConfiguration(View):
    """A namespaced resource that istiod reads, of any of Istio's own kinds."""

    KINDS = tuple(KindKey(group, kind) for group, kinds in _KINDS.items() for kind in kinds.split())


@index(Namespace, ConfigMap)
def undiscovered(mesh: MeshGraph) -> dict[str, Namespace]:
    """The namespaces, by name, that no control plane of the input looks into: nothing in them exists for the mesh.

    Only Namespaces of the input are among them, for their labels decide. Istio's own never are.
    """
    chosen = mesh_config(mesh)
    configs = [chosen, *mesh_configs(mesh).values()] if mesh.settings.mesh_config is None else [chosen]
    selectors = [listed(config.stated.get("discoverySelectors")) for config in configs]
    if not all(selectors):
        return {}
    every = [selector for some in selectors for selector in some]
    roots = {mesh.settings.istio_namespace, *(config.root_namespace for config in configs)}
    return {
        namespace.name: namespace
        for namespace in mesh.all(Namespace)
        if namespace.name not in roots and not any(label_selector_matches(s, namespace.labels) for s in every)
    }
