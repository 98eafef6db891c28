"""Nodes to plain values, as fast as Python can: dicts with text keys, lists, scalars."""

from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from meshctl.sources.scalars import KEYS, PLAIN


class Rare(Exception):
    """The document holds something that the fast conversion does not do; `expansion.expand` does."""


def convert(root: Node) -> tuple[Any, bool]:
    """The value of a document without anchors, tags and merge keys, and whether a key stands twice in a mapping.

    Raises Rare for anything it does not know, NotJson for values that JSON lacks.
    """
    twice: list[MappingNode] = []
    if root.__class__ is MappingNode:
        value: Any = _mapping(root, twice)
    elif root.__class__ is SequenceNode:
        value = _sequence(root, twice)
    else:
        value = PLAIN[root.value] if root.style == "" else root.value  # type: ignore[attr-defined]
    return value, bool(twice)


def _mapping(node: Any, twice: list[MappingNode], plain: Any = PLAIN, keys: Any = KEYS) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in node.value:
        if key.__class__ is not ScalarNode:
            raise Rare
        # "<<" is a string for the table; whether it merges is not decided here.
        name = key.value if key.style else keys[key.value]
        if name == "<<":
            raise Rare
        kind = value.__class__
        if kind is ScalarNode:
            out[name] = value.value if value.style else plain[value.value]
        elif kind is MappingNode:
            out[name] = _mapping(value, twice)
        else:
            out[name] = _sequence(value, twice)
    if len(out) != len(node.value):
        twice.append(node)
    return out


def _sequence(node: Any, twice: list[MappingNode], plain: Any = PLAIN) -> list[Any]:
    out: list[Any] = []
    add = out.append
    for value in node.value:
        kind = value.__class__
        if kind is MappingNode:
            add(_mapping(value, twice))
        elif kind is ScalarNode:
            add(value.value if value.style else plain[value.value])
        else:
            add(_sequence(value, twice))
    return out
