"""Which namespaces there are, also by pattern."""

from collections.abc import Iterable

from meshctl.graph.kinds.core import Namespace
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names
from meshctl.graph.patterned import Patterned

# Every cluster has these.
_BUILT_IN = ("default", "kube-node-lease", "kube-public", "kube-system")


class KnownNamespaces(Patterned):
    """Names of namespaces, found by name or by a pattern in which `*` stands for any letters."""

    def __init__(self, names: Iterable[str], objects: "KnownNamespaces | None" = None) -> None:
        """`objects` are those of the names that are Namespaces of the input; None for all."""
        super().__init__(names)
        self._objects = objects
        self._similar: Names | None = None

    def has_object(self, pattern: str) -> bool:
        """Whether one of them is in the input as a Namespace, and not only known because something is in it."""
        return self._objects.has(pattern) if self._objects is not None else self.has(pattern)

    def nearest(self, name: str) -> str | None:
        """The namespace that was probably meant: names are in lower case; None for a pattern and where none is near."""
        if "*" in name:
            return None
        if name.lower() in self._names:
            return name.lower()
        if self._similar is None:
            self._similar = Names(self._sorted)
        return self._similar.nearest(name)


@index(Namespace)
def known_namespaces(mesh: MeshGraph) -> KnownNamespaces:
    """The Namespaces of the input, those that something of the input is in, and those of every cluster."""
    homes = {resource.id.namespace for resource in mesh.snapshot.resources} - {""}
    objects = {n.name for n in mesh.all(Namespace)}
    return KnownNamespaces(homes | objects | set(_BUILT_IN), KnownNamespaces(objects))
