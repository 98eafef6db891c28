"""A namespace that somebody names has to be in the input."""

from meshctl.cli.errors import UsageError
from meshctl.graph.mesh import MeshGraph


def require_namespace(mesh: MeshGraph, namespace: str) -> None:
    """Raises UsageError where all could be read and nothing is in that namespace; an empty text stands for all."""
    from meshctl.graph.nearest import Names

    places = {resource.id.home for resource in mesh.snapshot.resources}
    if namespace and namespace not in places and not mesh.snapshot.unread:
        near = Names(places).nearest(namespace)
        hint = f": did you mean {near}?" if near else ""
        raise UsageError(f"there is no namespace {namespace} in the input{hint}")
