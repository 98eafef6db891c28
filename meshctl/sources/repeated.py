"""Keys that stand twice in one mapping of a document, with both places."""

from collections.abc import Callable, Iterator

from yaml import MappingNode, Node, SequenceNode

from meshctl.model.paths import Path
from meshctl.sources.documents import Region, Repeated
from meshctl.sources.expansion import is_merge, key
from meshctl.sources.scalars import NotJson


def find_repeated(root: Node, region: Callable[[Node], Region]) -> tuple[Repeated, ...]:
    """Every repetition below `root`, in document order; `region` turns a key node into its place."""
    return tuple(_walk(root, (), set(), region))


def _walk(node: Node, path: Path, seen: set[int], region: Callable[[Node], Region]) -> Iterator[Repeated]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        for index, child in enumerate(node.value):
            yield from _walk(child, (*path, index), seen, region)
    elif isinstance(node, MappingNode):
        first: dict[str, Node] = {}
        for key_node, child in node.value:
            if is_merge(key_node):
                continue
            try:
                name = key(key_node)
            except NotJson:
                continue
            if name in first:
                yield Repeated((*path, name), region(key_node), region(first[name]).start_line)
            else:
                first[name] = key_node
            yield from _walk(child, (*path, name), seen, region)
