"""All relations as one networkx graph, built when a command asks for paths, neighbours or impact."""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from meshctl.graph import relations
from meshctl.graph.edges import Edge, Relation
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.model.ids import KindKey, ResourceId

if TYPE_CHECKING:
    from networkx import MultiDiGraph

Node: TypeAlias = ResourceId | Missing


def network(mesh: MeshGraph) -> "MultiDiGraph[Node]":
    """The graph of everything that refers to something or is referred to.

    Nodes are ResourceId or, where a reference leads nowhere, Missing. Each edge has `kind` and `path`, the field that
    makes it.
    """
    from networkx import MultiDiGraph

    graph: MultiDiGraph[Node] = MultiDiGraph()
    for relation in every_relation():
        graph.add_edges_from(
            (edge.source.id, edge.target, {"kind": edge.kind, "path": edge.path})
            for edge in _once(relation(mesh).found)
        )
    return graph


def every_relation() -> Iterator[Relation]:
    """Each Relation that a module of `meshctl.graph.relations` declares, in the order of their names."""
    seen = set()
    for info in sorted(pkgutil.iter_modules(relations.__path__), key=lambda m: m.name):
        for _, value in sorted(vars(import_module(f"{relations.__name__}.{info.name}")).items()):
            if isinstance(value, Relation) and value not in seen:
                seen.add(value)
                yield value


def drawn_kinds() -> frozenset[KindKey]:
    """The kinds between which there are relations."""
    return frozenset(kind for relation in every_relation() for kind in relation.reads)


def around(graph: "MultiDiGraph[Node]", start: Node, depth: int) -> set[Node]:
    """What is at most `depth` edges away from a node, in either direction, and the node."""
    return _reached(start, depth, lambda node: (*graph.successors(node), *graph.predecessors(node)))


def dependents(graph: "MultiDiGraph[Node]", start: Node, depth: int | None) -> set[Node]:
    """What refers to a node, directly or through others (`depth` edges away at most), and the node."""
    return _reached(start, depth, graph.predecessors)


def _reached(start: Node, depth: int | None, step: Callable[[Node], Iterable[Node]]) -> set[Node]:
    reached, front = {start}, [start]
    while front and depth != 0:
        front = list(dict.fromkeys(near for node in front for near in step(node) if near not in reached))
        reached.update(front)
        depth = None if depth is None else depth - 1
    return reached


def _once(edges: Iterable[Edge]) -> Iterator[Edge]:
    """One of several edges that differ in their label alone."""
    seen = set()
    for edge in edges:
        key = (edge.kind, edge.source.id, edge.target, edge.path)
        if key not in seen:
            seen.add(key)
            yield edge
