"""Nodes to plain values, as fast as Python can: dicts with text keys, lists, scalars."""

from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from meshctl.sources.scalars import KEYS, PLAIN


def convert(root: Node) -> tuple[Any, bool]:
    """The value of a document without anchors and tags, and whether a key stands twice in a mapping.

    Raises NotJson for values that JSON lacks and for merge keys, AttributeError for a key that is a collection: then
    `expansion.expand` reads the document, or says what is wrong with it.
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
    pairs = node.value
    for key, value in pairs:
        name = key.value if key.style else keys[key.value]
        kind = value.__class__
        if kind is ScalarNode:
            out[name] = value.value if value.style else plain[value.value]
        elif kind is MappingNode:
            out[name] = _mapping(value, twice)
        else:
            out[name] = _sequence(value, twice)
    if len(out) != len(pairs):
        twice.append(node)
    return out


def _sequence(node: Any, twice: list[MappingNode], plain: Any = PLAIN) -> list[Any]:
    return [
        _mapping(value, twice)
        if (kind := value.__class__) is MappingNode
        else (value.value if value.style else plain[value.value])
        if kind is ScalarNode
        else _sequence(value, twice)
        for value in node.value
    ]
