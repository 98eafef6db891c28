"""MeshNetworks: the networks of a mesh of several clusters, and the clusters that they may name."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.contained import contained
from meshctl.graph.fields import EMPTY, mapping, numbered, text
from meshctl.graph.injector import injectors
from meshctl.graph.kinds.core import ConfigMap, Secret
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_configs, yaml_mapping
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_ENTRY = "meshNetworks"
_BUILT_IN = frozenset({"Kubernetes", "External", "Mock"})
_REMOTE_CLUSTER = ("istio/multiCluster", "true")


class RegistryUse(Struct, frozen=True):
    """An endpoint of a network that is all endpoints of one cluster's registry."""

    path: Path
    network: str
    registry: str


class MeshNetworks(View):
    """The networks of the mesh."""

    KINDS = (KindKey("", "MeshNetworks"),)

    @lazy
    def registries(self) -> tuple[RegistryUse, ...]:
        """Every `fromRegistry`, in order."""
        return tuple(self._registries())

    def _registries(self) -> Iterator[RegistryUse]:
        for network, fields in mapping(self.data.get("networks")).items():
            for i, endpoint in numbered(mapping(fields).get("endpoints")):
                if registry := text(endpoint.get("fromRegistry")):
                    yield RegistryUse(("networks", network, "endpoints", i, "fromRegistry"), network, registry)


@index(MeshNetworks, ConfigMap)
def mesh_networks(mesh: MeshGraph) -> tuple[MeshNetworks, ...]:
    """The networks that the user names, else those of each ConfigMap of the mesh configuration."""
    namespace, name = mesh.settings.istio_namespace, "meshnetworks"
    if (own := mesh.settings.mesh_networks) is not None:
        return (contained(MeshNetworks, namespace, name, own),)
    sources = [config.source for config in mesh_configs(mesh).values()]
    return tuple(
        contained(MeshNetworks, namespace, name, yaml_mapping(source.entries[_ENTRY]) or EMPTY, source, _ENTRY)
        for source in sources
        if source and _ENTRY in source.entries
    )


@index(Secret, ConfigMap)
def registries(mesh: MeshGraph) -> frozenset[str]:
    """The names that a network may give: Istio's own, the remote clusters', and that of the installation itself."""
    label, value = _REMOTE_CLUSTER
    remote = (key for secret in mesh.all(Secret) if secret.labels.get(label) == value for key in secret.keys)
    return _BUILT_IN.union(remote, own_clusters(mesh))


@index(ConfigMap)
def own_clusters(mesh: MeshGraph) -> frozenset[str]:
    """The name that each installation of Istio was given for its own cluster; none where its injector is not known."""
    globals_of = (mapping(injector.values.get("global")) for injector in injectors(mesh).values())
    names = (text(mapping(each.get("multiCluster")).get("clusterName")) for each in globals_of)
    return frozenset(filter(None, names))


@index(MeshNetworks, Secret, ConfigMap)
def perhaps_own_cluster(mesh: MeshGraph) -> str:
    """The one unknown registry where no other is the cluster of the installation; empty where that is known or not."""
    named = {use.registry for networks in mesh_networks(mesh) for use in networks.registries}
    unknown = named - registries(mesh)
    return unknown.pop() if len(unknown) == 1 and not own_clusters(mesh) and not named & _BUILT_IN else ""
