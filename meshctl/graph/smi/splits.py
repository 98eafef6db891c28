"""Splits by the Service that they split, and splits of splits."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from meshctl.graph.kinds.smi import SplitBackend, TrafficSplit
from meshctl.graph.mesh import MeshGraph, index


class Nested(NamedTuple):
    """A backend that is split itself by another split; `circle` says that it leads back to the first."""

    split: TrafficSplit
    backend: SplitBackend
    by: TrafficSplit
    circle: bool


@index(TrafficSplit)
def splits_by_root(mesh: MeshGraph) -> Mapping[tuple[str, str], tuple[TrafficSplit, ...]]:
    """The splits of each Service, by its namespace and name."""
    found: dict[tuple[str, str], list[TrafficSplit]] = defaultdict(list)
    for split in mesh.all(TrafficSplit):
        if split.root:
            found[split.namespace, split.root].append(split)
    return {place: tuple(splits) for place, splits in found.items()}


@index(TrafficSplit)
def nested_splits(mesh: MeshGraph) -> tuple[Nested, ...]:
    """Backends of a split, other than its own root, that are the root of another."""
    roots = splits_by_root(mesh)
    found = [
        (split, backend, inner[0])
        for split in mesh.all(TrafficSplit)
        for backend in split.backends
        if backend.name != split.root and (inner := roots.get((split.namespace, backend.name)))
    ]
    if not found:
        return ()
    import networkx

    steps: Any = networkx.DiGraph(((s.namespace, s.root), (s.namespace, backend.name)) for s, backend, _ in found)
    circles = {place: n for n, circle in enumerate(networkx.strongly_connected_components(steps)) for place in circle}
    return tuple(
        Nested(s, backend, by, circles[s.namespace, s.root] == circles[s.namespace, backend.name])
        for s, backend, by in found
    )
