"""Which namespaces there are, also by pattern."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from meshctl.graph.kinds.core import Namespace
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names

# Every cluster has these.
_BUILT_IN = ("default", "kube-node-lease", "kube-public", "kube-system")


class KnownNamespaces:
    """Names of namespaces, found by name or by a pattern in which `*` stands for any letters."""

    def __init__(self, names: Iterable[str], objects: "KnownNamespaces | None" = None) -> None:
        """`objects` are those of the names that are Namespaces of the input; None for all."""
        self._objects = objects
        self._names = frozenset(names)
        self._sorted = sorted(self._names)
        self._reversed = sorted(name[::-1] for name in self._names)
        self._similar: Names | None = None
        self._found: dict[str, bool] = {}

    def has(self, pattern: str) -> bool:
        """Whether a namespace has this name or fits this pattern."""
        if "*" not in pattern:
            return pattern in self._names
        if pattern not in self._found:
            self._found[pattern] = self._fits(pattern)
        return self._found[pattern]

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

    def _fits(self, pattern: str) -> bool:
        head, _, rest = pattern.partition("*")
        if not rest:
            return _any_begins(self._sorted, head)
        if not head and "*" not in rest:
            return _any_begins(self._reversed, rest[::-1])
        shape = re.compile(".*".join(map(re.escape, pattern.split("*"))))
        return any(shape.fullmatch(name) for name in self._sorted)


@index(Namespace)
def known_namespaces(mesh: MeshGraph) -> KnownNamespaces:
    """The Namespaces of the input, those that something of the input is in, and those of every cluster."""
    homes = {resource.id.namespace for resource in mesh.snapshot.resources} - {""}
    objects = {n.name for n in mesh.all(Namespace)}
    return KnownNamespaces(homes | objects | set(_BUILT_IN), KnownNamespaces(objects))


def _any_begins(ordered: Sequence[str], start: str) -> bool:
    at = bisect_left(ordered, start)
    return at < len(ordered) and ordered[at].startswith(start)
