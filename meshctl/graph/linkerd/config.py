"""What Linkerd was installed with: the ConfigMap linkerd-config."""

from meshctl.graph.fields import EMPTY, Fields, mapping, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import yaml_mapping

NAME = "linkerd-config"
NAMESPACE = "linkerd"


@index(ConfigMap)
def linkerd_config_map(mesh: MeshGraph) -> ConfigMap | None:
    """The ConfigMap itself, in whatever namespace the control plane is; None where it was not read."""
    found = (c for c in mesh.all(ConfigMap) if c.name == NAME and "values" in c.entries)
    return min(found, key=lambda c: (c.namespace != NAMESPACE, c.namespace), default=None)


@index(ConfigMap)
def linkerd_values(mesh: MeshGraph) -> Fields:
    """The values of the installation; empty where they were not read or cannot be."""
    found = linkerd_config_map(mesh)
    return (yaml_mapping(found.entries["values"]) or EMPTY) if found else EMPTY


def linkerd_namespace(mesh: MeshGraph) -> str:
    """The namespace of the control plane, `linkerd` where nothing says otherwise."""
    found = linkerd_config_map(mesh)
    return found.namespace if found else NAMESPACE


def trust_domain(mesh: MeshGraph) -> str:
    """The trust domain of the identities."""
    values = linkerd_values(mesh)
    stated = text(values.get("identityTrustDomain")) or text(mapping(values.get("identity")).get("trustDomain"))
    return stated or text(values.get("clusterDomain")) or mesh.settings.cluster_domain
