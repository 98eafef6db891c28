"""The resource graph for Graphviz: `meshctl graph | dot -Tsvg`."""

from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.model.result import Result
from meshctl.reports.arrows import Arrow, arrows, label, places
from meshctl.reports.formats import Style
from meshctl.reports.text import safe

_BROKEN = {"missing": "red", "notInInput": "gray40", "assumed": "gray40"}


def render(result: Result, style: Style) -> str:
    """A digraph with a box for each namespace; what is missing is red and dashed, what was not given gray."""
    return "".join(f"{line}\n" for line in _lines(result, style))


def _lines(result: Result, style: Style) -> Iterator[str]:
    yield "digraph mesh {"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    for place, nodes in places(result.tables["nodes"]).items():
        if place:
            yield f"  subgraph {_quoted(f'cluster_{place}', style)} {{"
            yield f"    label={_quoted(place, style)};"
        for node in nodes:
            yield f"{'    ' if place else '  '}{_node(node, style)}"
        if place:
            yield "  }"
    for arrow in arrows(result):
        yield f"  {_arrow(arrow, style)}"
    yield "}"


def _node(node: Mapping[str, Any], style: Style) -> str:
    color = _BROKEN.get(node["state"])
    if not color:
        return f"{_quoted(node['id'], style)};"
    shown = f"label={_quoted(label(node), style)}, color={color}, fontcolor={color}, style=dashed"
    return f"{_quoted(node['id'], style)} [{shown}];"


def _arrow(arrow: Arrow, style: Style) -> str:
    shown = f"label={_quoted(arrow.label, style)}, tooltip={_quoted(chr(10).join(arrow.paths), style)}"
    if color := _BROKEN.get(arrow.state):
        shown += f", color={color}, style=dashed"
    return f"{_quoted(arrow.source, style)} -> {_quoted(arrow.target, style)} [{shown}];"


def _quoted(text: str, style: Style) -> str:
    lines = (safe(line, style).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
