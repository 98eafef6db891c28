"""Text of one document to PyYAML nodes, through its C parser, with nothing resolved."""

import operator
from typing import Any

from yaml import CBaseLoader, Node, YAMLError
from yaml._yaml import CParser
from yaml.composer import Composer, ComposerError
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from meshctl.sources.errors import Unparsed
from meshctl.sources.wording import explain

MAX_DEPTH = 500
# Only a text that could be nested deeper than this is looked at twice.
_DEEP_INDENT = b" " * (MAX_DEPTH // 4)
# Depth that is hidden from the looks above needs a line longer than this.
_LONG_LINE = 4000


class _FastComposer(CParser):
    """The C parser calls these hooks for every node; builtins cost it no Python frame."""

    descend_resolver = operator.is_
    ascend_resolver = bool

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> None:
        """No tag: the scalar table decides later."""


class _EventComposer(Composer, CBaseLoader):
    """Python composer over C events, for the one thing the C composer refuses: an anchor defined twice."""

    def __init__(self, text: bytes) -> None:
        CBaseLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Compose one node; a later anchor of the same name takes over, as YAML says."""
        event: Any = self.peek_event()
        if not isinstance(event, AliasEvent) and event.anchor is not None:
            self.anchors.pop(event.anchor, None)
        return super().compose_node(parent, index)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> None:
        """No tag: the scalar table decides later."""

    def descend_resolver(self, parent: Any, index: Any) -> None:
        """Nothing to resolve."""

    def ascend_resolver(self) -> None:
        """Nothing to resolve."""


def compose(text: bytes, *, deep: bool = True) -> list[Node]:
    """The root nodes of a text (UTF-8), mostly one. Raises Unparsed with the place within the text.

    `deep=False` says that `could_be_deep` was asked for the whole file and said no.
    """
    if (
        text.count(b"[") + text.count(b"{") > MAX_DEPTH
        or (deep and could_be_deep(text))
        or (len(text) > _LONG_LINE and max(map(len, text.split(b"\n"))) > _LONG_LINE)
    ):
        _refuse_depth(text)
    try:
        try:
            return _roots(_FastComposer(text))
        except ComposerError as error:
            if not (error.context or error.problem or "").startswith("found duplicate anchor"):
                raise
            return _roots(_EventComposer(text))
    except YAMLError as error:
        raise explain(error, text) from None


def _roots(parser: CParser | _EventComposer) -> list[Node]:
    roots: list[Node] = []
    while parser.check_node():
        node = parser.get_node()
        if node is not None:
            roots.append(node)
    return roots


def could_be_deep(text: bytes) -> bool:
    """Whether blocks could nest too deep: that takes columns, as a level needs at least half of one."""
    return _DEEP_INDENT in text or b"- - - - - - - -" in text or b"? ? ? ? " in text


def _refuse_depth(text: bytes) -> None:
    """Count the real depth of a text that could be deep: the C composer recurses and would take the process down."""
    parser = CParser(text)
    depth = 0
    try:
        while parser.check_event():
            event: Any = parser.get_event()
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    mark: Any = event.start_mark
                    raise Unparsed(f"The document is nested more than {MAX_DEPTH} levels deep", mark.line, mark.column)
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
    except YAMLError:
        return  # The composer meets the same error at a harmless depth and words it.
