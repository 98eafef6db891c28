"""Whether a mesh other than Istio is the one that the input is about."""

from collections.abc import Iterator, Mapping

from meshctl.graph.ambient import MODE
from meshctl.graph.fields import mapping
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.webhooks import INJECTION, REVISION

LINKERD_INJECT = "linkerd.io/inject"
LINKERD_MESHED = "linkerd.io/control-plane-ns"
_LINKERD = (LINKERD_INJECT, "linkerd.io/is-control-plane", "linkerd.io/extension")
_ISTIO = (INJECTION, REVISION, MODE)
_CONSUL_GROUP, _CONSUL = "consul.hashicorp.com", "consul.hashicorp.com/"


def is_linkerds(namespace: Namespace) -> bool:
    """Whether a namespace says that it is in Linkerd, or not, or that a part of Linkerd lives there."""
    return any(key in namespace.annotations or key in namespace.labels for key in _LINKERD)


@index(Namespace)
def only_linkerd(mesh: MeshGraph) -> bool:
    """Whether namespaces speak of Linkerd, and nothing in the input of Istio."""
    return any(map(is_linkerds, mesh.all(Namespace))) and not _speaks_of_istio(mesh)


@index(Namespace)
def only_consul(mesh: MeshGraph) -> bool:
    """Whether the input speaks of Consul, and neither of Istio nor of Linkerd."""
    return only_others(mesh) and not only_linkerd(mesh)


@index(Namespace)
def only_others(mesh: MeshGraph) -> bool:
    """Whether the input speaks of other meshes, Linkerd or Consul, and not of Istio."""
    return only_linkerd(mesh) or (not _speaks_of_istio(mesh) and _speaks_of_consul(mesh))


def _speaks_of_istio(mesh: MeshGraph) -> bool:
    if any(key in namespace.labels for namespace in mesh.all(Namespace) for key in _ISTIO):
        return True
    return any(resource.id.group.endswith("istio.io") for resource in mesh.snapshot.resources)


def _speaks_of_consul(mesh: MeshGraph) -> bool:
    """Whether there is a resource of Consul, or a pod template speaks of Consul; and none of Istio."""
    found = False
    for resource in mesh.snapshot.resources:
        found = found or resource.id.group == _CONSUL_GROUP
        for key in _pod_keys(resource.data):
            if key.partition("/")[0].endswith("istio.io"):
                return False
            found = found or key.startswith(_CONSUL)
    return found


def _pod_keys(data: Mapping[str, object]) -> Iterator[str]:
    """The keys of labels and annotations of the pods that a resource makes, or of the one that it is."""
    template = mapping(mapping(data.get("spec")).get("template"))
    metadata = mapping((template or data).get("metadata"))
    for name in ("labels", "annotations"):
        yield from (key for key in mapping(metadata.get(name)) if isinstance(key, str))


def speaks_of_linkerd(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether a workload or its namespace says anything about Linkerd, or it is the only mesh of the input."""
    if LINKERD_INJECT in workload.pod_annotations or LINKERD_MESHED in workload.pod_labels or only_linkerd(mesh):
        return True
    place = mesh.get(Namespace, "", workload.namespace)
    return place is not None and is_linkerds(place)


def speaks_of_consul(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether the pods of a workload say anything about Consul, or it is the only mesh of the input."""
    return any(key.startswith(_CONSUL) for key in workload.pod_annotations) or only_consul(mesh)
