"""The path of a field to its region in the file, by composing the one document again."""

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.sources.composing import compose
from meshctl.sources.documents import Region
from meshctl.sources.errors import Unparsed
from meshctl.sources.expansion import is_merge, key
from meshctl.sources.scalars import NotJson

# A longer line (minified JSON) is of no use in a report.
_LONGEST_SOURCE = 2000
_DEEPEST_MERGE = 20


class SourceText:
    """A file as it was read: its name as the user gave it, its text as UTF-8 without a byte order mark."""

    __slots__ = ("data", "name")

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data


class Stretch:
    """The text of one document, in whole lines, with what is needed to turn parser marks into regions."""

    __slots__ = ("_first", "_shift", "_starts", "text")

    def __init__(self, data: bytes, start: int, end: int, line: int) -> None:
        line_start = data.rfind(b"\n", 0, start) + 1
        line_end = data.find(b"\n", end)
        self.text = data[line_start : line_end if line_end >= 0 else len(data)].decode("utf-8", "replace")
        self._shift = len(data[line_start:start].decode("utf-8", "replace"))
        self._first = line
        # Where each line starts, and one beyond the last: one document may be a whole cluster, with findings all over.
        self._starts = list(accumulate((len(text) + 1 for text in self.text.split("\n")), initial=0))

    def region(self, node: Node) -> Region:
        """The region of a whole node."""
        return self.span(node.start_mark.index, node.end_mark.index)

    def span(self, start: int, end: int) -> Region:
        """The region between two character offsets of the document."""
        start_line, start_column = self._place(start + self._shift)
        end_line, end_column = self._place(end + self._shift)
        return Region(start_line, start_column, end_line, end_column)

    def first_line(self, node: Node) -> Region:
        """The region of a node's first line, without blanks at its end."""
        start = node.start_mark.index
        line_end = self.text.find("\n", start + self._shift)
        whole = self.text[start + self._shift : line_end if line_end >= 0 else len(self.text)]
        return self.span(start, start + max(len(whole.rstrip()), 1))

    def source(self, line: int) -> str:
        """The text of a line of the file, without its line break."""
        number = line - self._first
        if not 0 <= number < len(self._starts) - 1:
            return ""
        text = self.text[self._starts[number] : self._starts[number + 1] - 1].rstrip("\r")
        return text if len(text) <= _LONGEST_SOURCE else ""

    def _place(self, offset: int) -> tuple[int, int]:
        offset = min(offset, len(self.text))
        number = bisect_right(self._starts, offset) - 1
        return self._first + number, offset - self._starts[number] + 1


@lru_cache(maxsize=8)
def _composed(source: SourceText, start: int, end: int, line: int) -> tuple[Stretch, tuple[Node, ...]]:
    """A document's nodes; none if it cannot be composed (JSON that is not YAML). Few are kept: nodes are large."""
    stretch = Stretch(source.data, start, end, line)
    try:
        return stretch, tuple(compose(source.data[start:end]))
    except (Unparsed, RecursionError):
        return stretch, ()


class Spot(NamedTuple):
    """Byte offsets of a scalar in the text of its file, and its style: a quotation mark, `|` or `>`, else empty."""

    start: int
    end: int
    style: str


class FileOrigin:
    """Where a resource stands in a file: the stretch of its document and the path inside it (List items)."""

    __slots__ = ("end", "line", "prefix", "root", "source", "start")

    def __init__(self, source: SourceText, start: int, end: int, line: int, root: int = 0, prefix: Path = ()) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.line = line
        self.root = root
        self.prefix = prefix

    def locate(self, path: Path, *, key: bool = False) -> Location | None:
        """The region of the value at `path`, of its key for a block collection or with `key=True`."""
        stretch, roots = _composed(self.source, self.start, self.end, self.line)
        if self.root < len(roots):
            region = _region(stretch, roots[self.root], self.prefix, path, key)
        else:
            region = stretch.span(0, 1)
        source = stretch.source(region.start_line)
        return Location(
            self.source.name, region.start_line, region.start_column, region.end_line, region.end_column, source
        )

    def has(self, path: Path) -> bool:
        """Whether there is a value at `path`."""
        _, roots = _composed(self.source, self.start, self.end, self.line)
        whole = (*self.prefix, *path)
        return self.root < len(roots) and _walk(roots[self.root], whole)[2] == len(whole)

    def spot(self, path: Path, *, key: bool = False) -> Spot | None:
        """Where exactly the scalar at `path` is written, or its key; None for what is empty or over several lines."""
        _, roots = _composed(self.source, self.start, self.end, self.line)
        whole = (*self.prefix, *path)
        if self.root >= len(roots):
            return None
        key_node, value, steps = _walk(roots[self.root], whole)
        node = key_node if key else value
        if steps < len(whole) or not isinstance(node, ScalarNode):
            return None
        text = self.source.data[self.start : self.end].decode("utf-8", "replace")
        start, end = node.start_mark.index, node.end_mark.index
        # An anchor or a tag in front belongs to the node, and is not to be lost.
        if start == end or "\n" in text[start:end] or text[start] in "&!":
            return None
        first = self.start + len(text[:start].encode())
        return Spot(first, first + len(text[start:end].encode()), node.style or "")

    def source_line(self, line: int) -> str:
        """The text of a line of this document, given its number in the file."""
        return _composed(self.source, self.start, self.end, self.line)[0].source(line)


def _region(stretch: Stretch, root: Node, prefix: Path, path: Path, want_key: bool) -> Region:
    _, top, _ = _walk(root, prefix)
    key_node, value, _ = _walk(top, path)
    if want_key and key_node is not None:
        return stretch.region(key_node)
    if isinstance(value, ScalarNode):
        return _scalar_region(stretch, key_node, value)
    one_line = value.start_mark.line == value.end_mark.line
    if value.flow_style and one_line and value is not top:
        return stretch.region(value)
    if key_node is not None:
        return stretch.region(key_node)
    first = _first_scalar(value)
    return stretch.region(first) if first is not None else stretch.first_line(value)


def _scalar_region(stretch: Stretch, key_node: Node | None, value: ScalarNode) -> Region:
    if value.style in ("|", ">"):
        return stretch.first_line(value)
    if value.start_mark.index == value.end_mark.index:
        # Nothing stands there (`host:`), so the key is what can be shown.
        return stretch.region(key_node) if key_node is not None else stretch.first_line(value)
    return stretch.region(value)


def _first_scalar(node: Node) -> Node | None:
    """The first key or item that has text, at the top of a block."""
    for _ in range(1000):
        if isinstance(node, ScalarNode):
            return node if node.end_mark.index > node.start_mark.index else None
        if not node.value:
            return None
        node = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
    return None


def _walk(root: Node, path: Path) -> tuple[Node | None, Any, int]:
    """Key and value node at the path, or of the nearest parent that exists, and how many steps that took."""
    key_node: Node | None = None
    node = root
    for steps, part in enumerate(path):
        if isinstance(node, MappingNode):
            found = _entry(node, str(part))
            if found is None:
                return key_node, node, steps
            key_node, node = found
        elif isinstance(node, SequenceNode) and isinstance(part, int) and -1 < part < len(node.value):
            key_node, node = None, node.value[part]
        else:
            return key_node, node, steps
    return key_node, node, len(path)


def _entry(node: MappingNode, name: str, depth: int = 0) -> tuple[Node, Node] | None:
    """The entry of a mapping as its value was read: the last that sets the key, be it merged or its own."""
    for key_node, value in reversed(node.value):
        if is_merge(key_node):
            for source in value.value if isinstance(value, SequenceNode) else [value]:
                if isinstance(source, MappingNode) and depth < _DEEPEST_MERGE:
                    found = _entry(source, name, depth + 1)
                    if found is not None:
                        return found
            continue
        try:
            if key(key_node) == name:
                return key_node, value
        except (Unparsed, NotJson):
            continue
    return None
