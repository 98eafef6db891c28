"""Nodes and edges of the mesh as plain rows, for reports."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.network import Node, around, dependents, network
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path, dotted

Row = dict[str, Any]


def export(
    mesh: MeshGraph,
    start: ResourceId | None = None,
    *,
    depth: int | None = None,
    impact: bool = False,
    namespace: str = "",
) -> dict[str, list[Row]]:
    """`nodes` and `edges`, in an order that depends on the names alone.

    Without `start` everything that has edges, with `namespace` those that touch it. Otherwise what is at most `depth`
    (2) edges away from `start`, or, with `impact`, what refers to it, directly or through others.
    """
    graph = network(mesh)
    if start is None:
        wanted = set(graph)
    elif start not in graph:
        wanted = {start}
    else:
        wanted = dependents(graph, start, depth) if impact else around(graph, start, 2 if depth is None else depth)
    edges = [
        (source, target, data["kind"], data["path"])
        for source, target, data in graph.edges(data=True)
        if source in wanted and target in wanted
    ]
    if start is None and namespace:
        edges = [edge for edge in edges if namespace in (_home(edge[0]), _home(edge[1]))]
        wanted = {node for edge in edges for node in edge[:2]}
    return rows(mesh, in_order(wanted), edges)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """By cluster, namespace, kind and name; what is missing stands last."""
    return sorted(nodes, key=_order)


def rows(
    mesh: MeshGraph, ordered: Sequence[Node], edges: Iterable[tuple[Node, Node, str, Path]]
) -> dict[str, list[Row]]:
    """`nodes` in the order given, and the `edges` (source, target, kind, field) between them in theirs."""
    versions = {resource.id: resource.version for resource in mesh.snapshot.resources}
    names = _names(ordered)
    return {
        "nodes": [{"id": names[node], **_node(mesh, node, versions.get)} for node in ordered],
        "edges": [
            {"source": names[source], "target": names[target], "kind": kind, "path": dotted(path)}
            for source, target, kind, path in sorted(
                edges, key=lambda e: (_order(e[0]), _order(e[1]), e[2], dotted(e[3]))
            )
        ],
    }


def _node(mesh: MeshGraph, node: Node, version: Callable[[ResourceId], str | None]) -> Row:
    if isinstance(node, ResourceId):
        return {
            "state": "found",
            "resource": node.as_data(version(node) or ""),
        }
    state = "missing" if mesh.absence_is_proven(node) else "notInInput"
    if mesh.assumed_present(node):
        state = "assumed"
    return {"state": state, "missing": {"what": node.what, "namespace": node.namespace, "name": node.name}}


def _names(nodes: Iterable[Node]) -> dict[Node, str]:
    """`Kind namespace/name` for each node; what tells two apart that share it stands behind."""
    short = {
        node: f"{node} in {node.cluster}" if isinstance(node, ResourceId) and node.cluster else str(node)
        for node in nodes
    }
    counts = Counter(short.values())
    return {node: f"{name} ({_aside(node)})" if counts[name] > 1 else name for node, name in short.items()}


def _aside(node: Node) -> str:
    return (node.group or "core") if isinstance(node, ResourceId) else f"seen from {node.namespace or 'anywhere'}"


def _home(node: Node) -> str:
    return node.home if isinstance(node, ResourceId) else node.namespace


def _order(node: Node) -> tuple[Any, ...]:
    if isinstance(node, ResourceId):
        return 0, node.cluster, node.namespace, node.kind, node.name, node.group
    return 1, "", node.namespace, node.what, node.name, node.kinds
