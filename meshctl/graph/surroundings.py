"""What is around some resources, as plain rows: the neighbourhood that a report draws beside a finding."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from meshctl.graph.export import in_order, rows
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.network import Node, network
from meshctl.model.ids import ResourceId
from meshctl.model.result import Surroundings

if TYPE_CHECKING:
    from networkx import MultiDiGraph

MOST = 12
"""More than this is no picture of one finding any more."""


def surroundings(mesh: MeshGraph, resources: Iterable[ResourceId]) -> Surroundings:
    """For each resource that has edges: itself, what it refers to, what refers to it, and what those refer to.

    At most MOST of them, the nearest first and among those what is missing. Edges are those between any of them.
    """
    graph = network(mesh)
    near = Nearness(graph)
    found = {resource: near.around(resource) for resource in dict.fromkeys(resources) if resource in graph}
    wanted = {node for nodes in found.values() for node in nodes}
    edges = (
        (source, target, data["kind"], data["path"])
        for source, target, data in graph.edges(wanted, data=True)
        if target in wanted
    )
    ordered = in_order(wanted)
    tables = rows(mesh, ordered, edges)
    positions = {node: i for i, node in enumerate(ordered)}
    around = {resource: [positions[node] for node in nodes] for resource, nodes in found.items()}
    return Surroundings(tables["nodes"], tables["edges"], around)


class Nearness:
    """Neighbours in an order that depends on names alone; those of a hub are put in order once."""

    def __init__(self, graph: "MultiDiGraph[Node]") -> None:
        self._graph = graph
        self._after: dict[Node, list[Node]] = {}

    def around(self, start: Node) -> list[Node]:
        """The node and at most MOST - 1 others."""
        found = {start: None}
        for node in self._rings(start):
            if len(found) == MOST:
                break
            found[node] = None
        return list(found)

    def _rings(self, start: Node) -> Iterator[Node]:
        after = self._successors(start)
        yield from after
        yield from _first(self._graph.predecessors(start))
        for node in after:
            yield from self._successors(node)

    def _successors(self, node: Node) -> list[Node]:
        if node not in self._after:
            self._after[node] = _first(self._graph.successors(node))
        return self._after[node]


def _first(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (not isinstance(node, Missing), str(node), repr(node)))[:MOST]
