"""Nodes to plain values for documents with anchors, aliases, tags or merge keys: exact rather than fast."""

import base64
import binascii
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from meshctl.sources.errors import Unparsed
from meshctl.sources.scalars import KEYS, PLAIN, NotJson, key_text, plain

MAX_ALIASED = 1_000_000
_TAG = "tag:yaml.org,2002:"


def expand(root: Node) -> Any:
    """The value of a document. An aliased collection is one shared object wherever it is used.

    Raises Unparsed for aliases that would expand to more than a million values, or that contain themselves.
    """
    return _Expander().value(root)


def scalar(node: ScalarNode) -> Any:
    """The value of a scalar node with its tag honoured; unknown tags mean text. Raises Unparsed or NotJson."""
    tag = node.tag
    if tag is None:
        return PLAIN[node.value] if node.style == "" else node.value
    if tag == _TAG + "binary":
        try:
            return base64.b64decode(node.value.replace("\n", ""), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise _at(node, "The text tagged !!binary is not base64") from None
    kind = {"null": type(None), "bool": bool, "int": int, "float": float}.get(tag.removeprefix(_TAG))
    if kind is None or not tag.startswith(_TAG):
        return node.value
    value = plain(node.value)
    if not isinstance(value, kind) and not (kind is float and type(value) is int):
        raise _at(node, f"`{node.value}` is not a !!{tag.removeprefix(_TAG)}")
    return value


def key(node: Node) -> str:
    """The text of a key node."""
    if not isinstance(node, ScalarNode):
        raise _at(node, "A key must be a text, not a list or a mapping (a template must be rendered first, or quoted)")
    if node.tag is None:
        return KEYS[node.value] if node.style == "" else node.value
    return key_text(scalar(node))


def is_merge(node: Node) -> bool:
    """Whether a key node is the merge key, an unquoted `<<`."""
    return (
        isinstance(node, ScalarNode)
        and node.value == "<<"
        and ((node.tag is None and node.style == "") or node.tag == _TAG + "merge")
    )


class _Expander:
    """One walk: remembers what each collection node became, and how many values it stands for."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._aliased = 0

    def value(self, node: Node) -> Any:
        return self._visit(node)[0]

    def _visit(self, node: Node) -> tuple[Any, int]:
        if isinstance(node, ScalarNode):
            try:
                return scalar(node), 1
            except NotJson as error:
                raise _at(node, str(error)) from None
        name = id(node)
        if name in self._done:
            return self._again(node)
        if name in self._open:
            raise _at(node, "The anchor contains itself")
        self._open.add(name)
        result: tuple[Any, int] = self._mapping(node) if isinstance(node, MappingNode) else self._sequence(node)
        self._open.discard(name)
        self._done[name] = result
        return result

    def _again(self, node: Node) -> tuple[Any, int]:
        result = self._done[id(node)]
        self._aliased += result[1]
        if self._aliased > MAX_ALIASED:
            raise _at(node, f"The aliases expand to more than {MAX_ALIASED:,} values")
        return result

    def _sequence(self, node: Node) -> tuple[list[Any], int]:
        parts = [self._visit(child) for child in node.value]
        return [value for value, _ in parts], 1 + sum(size for _, size in parts)

    def _mapping(self, node: Node) -> tuple[dict[str, Any], int]:
        out: dict[str, Any] = {}
        total = 1
        for key_node, value_node in node.value:
            if is_merge(key_node):
                # As kubectl does it: in the order of the keys, so that a merge overrules what stands before it.
                for source in reversed(self._merge_sources(value_node)):
                    value, size = self._visit(source)
                    total += size
                    out.update(value)
                continue
            try:
                name = key(key_node)
            except NotJson as error:
                raise _at(key_node, f"The API server rejects this: {error}") from None
            out[name], size = self._visit(value_node)
            total += size
        return out, total

    def _merge_sources(self, node: Node) -> list[Node]:
        nodes: list[Node] = node.value if isinstance(node, SequenceNode) else [node]
        if not all(isinstance(source, MappingNode) for source in nodes):
            raise _at(node, "A merge key `<<` needs a mapping or a list of mappings")
        return nodes


def _at(node: Node, message: str) -> Unparsed:
    mark = node.start_mark
    return Unparsed(message, mark.line, mark.column)
