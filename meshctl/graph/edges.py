"""Typed edges between resources, and the relations that make them."""

from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from meshctl.graph.mesh import Index, MeshGraph, Missing
from meshctl.graph.view import View
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path

EdgeKind = Literal["references", "selects", "routes_to", "exposes", "owns"]


class Edge(Struct, frozen=True):
    """One reference: `path` is the field of `source` that makes it. An unresolved one ends at a Missing."""

    kind: EdgeKind
    source: View
    path: Path
    target: ResourceId | Missing
    label: str = ""


class Edges(Struct, frozen=True):
    """The edges of one relation."""

    found: tuple[Edge, ...]
    missing: tuple[tuple[Edge, Missing], ...]


class Relation(Index[Edges]):
    """A kind of reference: `relation(mesh).missing` are the dangling ones, each with what it lacks."""


def relation(*reads: type[View]) -> Callable[[Callable[[MeshGraph], Iterator[Edge]]], Relation]:
    """Turn a function that yields edges into a Relation; those in `meshctl.graph.relations` make the graph."""

    def wrap(edges: Callable[[MeshGraph], Iterator[Edge]]) -> Relation:
        def build(mesh: MeshGraph) -> Edges:
            every = tuple(edges(mesh))
            return Edges(every, tuple((e, e.target) for e in every if isinstance(e.target, Missing)))

        build.__doc__, build.__name__ = edges.__doc__, edges.__name__
        return Relation(reads, build)

    return wrap
