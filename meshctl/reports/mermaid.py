"""The resource graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""

import re
from collections.abc import Iterator

from meshctl.model.result import Result
from meshctl.reports.arrows import arrows, label, places
from meshctl.reports.formats import Style
from meshctl.reports.text import safe

_CLASSES = {"missing": "missing", "notInInput": "absent", "assumed": "absent"}
# All that Mermaid may read as its own: it knows characters by number, `#34;`.
_SPECIAL = re.compile(r"[^\w ./:*~@,=+()-]", re.ASCII)


def render(result: Result, style: Style) -> str:
    """A flowchart with a subgraph for each namespace; what is missing is red and dashed."""
    return "".join(f"{line}\n" for line in _lines(result, style))


def _lines(result: Result, style: Style) -> Iterator[str]:
    nodes = result.tables["nodes"]
    numbers = {node["id"]: f"n{i}" for i, node in enumerate(nodes)}
    yield "flowchart LR"
    for i, (place, members) in enumerate(places(nodes).items()):
        if place:
            yield f"  subgraph g{i}[{_quoted(place, style)}]"
        for node in members:
            marked = f":::{_CLASSES[node['state']]}" if node["state"] in _CLASSES else ""
            yield f"{'    ' if place else '  '}{numbers[node['id']]}[{_quoted(label(node), style)}]{marked}"
        if place:
            yield "  end"
    for arrow in arrows(result):
        line = "-.->" if arrow.state in _CLASSES else "-->"
        yield f"  {numbers[arrow.source]} {line}|{_quoted(arrow.label, style)}| {numbers[arrow.target]}"
    yield "  classDef missing stroke:#c00,color:#c00,stroke-dasharray:4"
    yield "  classDef absent stroke:#888,color:#666,stroke-dasharray:4"


def _quoted(text: str, style: Style) -> str:
    lines = (_SPECIAL.sub(_numbered, safe(line, style)) for line in text.split("\n"))
    return f'"{"<br>".join(lines)}"'


def _numbered(match: re.Match[str]) -> str:
    return match[0] if not match[0].isascii() else f"#{ord(match[0])};"
