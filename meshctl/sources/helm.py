"""The output of `helm template`, taken apart into the templates it comes from."""

import os
import posixpath
import re

from meshctl.sources.positions import SourceText

_SOURCE = re.compile(rb"^# Source: (.+?)\s*$", re.MULTILINE)
_MARK = re.compile(rb"^---[ \t\r]*$", re.MULTILINE)


def templates(output: bytes, chart: str) -> list[SourceText]:
    """One text a template, named as its file; its lines are those of the rendered text, not of the template.

    What stands before the first `# Source:` comment goes by the chart's name.
    """
    texts: dict[str, list[bytes]] = {}
    name = chart
    for piece in _pieces(output):
        if found := _SOURCE.search(piece):
            name = _file(found.group(1).decode("utf-8", "replace"), chart)
        if piece.strip():
            texts.setdefault(name, []).append(piece)
    return [SourceText(name, b"".join(parts)) for name, parts in sorted(texts.items())]


def _pieces(output: bytes) -> list[bytes]:
    """The documents, each from its `---` on."""
    starts = [match.start() for match in _MARK.finditer(output)]
    return [output[start:end] for start, end in zip([0, *starts], [*starts, len(output)], strict=True)]


def _file(source: str, chart: str) -> str:
    """The template's file: helm names it from the chart's name on, the user knows it from the chart's folder on."""
    file = posixpath.join(chart, source.partition("/")[2])
    return file if os.path.isfile(file) else source
