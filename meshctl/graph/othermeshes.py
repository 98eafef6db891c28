"""Whether a mesh other than Istio is the one that the input is about."""

from meshctl.graph.ambient import MODE
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.webhooks import INJECTION, REVISION

_LINKERD = ("linkerd.io/inject", "linkerd.io/is-control-plane", "linkerd.io/extension")
_ISTIO = (INJECTION, REVISION, MODE)


def is_linkerds(namespace: Namespace) -> bool:
    """Whether a namespace says that it is in Linkerd, or not, or that a part of Linkerd lives there."""
    return any(key in namespace.annotations or key in namespace.labels for key in _LINKERD)


@index(Namespace)
def only_linkerd(mesh: MeshGraph) -> bool:
    """Whether namespaces speak of Linkerd, and nothing in the input of Istio."""
    namespaces = mesh.all(Namespace)
    if not any(map(is_linkerds, namespaces)):
        return False
    if any(key in namespace.labels for namespace in namespaces for key in _ISTIO):
        return False
    return not any(resource.id.group.endswith("istio.io") for resource in mesh.snapshot.resources)
