"""Routes whose rules need no backend, because what they attach to takes the requests itself."""

from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.gatewayroutes import LINKERDS, SERVICE, GatewayRoute
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.othermeshes import only_linkerd


def parents_answer(mesh: MeshGraph, route: GatewayRoute) -> bool:
    """Whether requests of a rule without backends go to the parent, as they do with Linkerd."""
    mesh.admit(Namespace.KINDS)
    if route.id.group == LINKERDS.group:
        return True
    return bool(route.parents) and all(
        parent.kind.group == LINKERDS.group or (parent.kind == SERVICE and only_linkerd(mesh))
        for parent in route.parents
    )
