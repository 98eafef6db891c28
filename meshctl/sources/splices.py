"""Edits of resources as changes of the text of their file, which leave every other byte as it is."""

import json
import os
import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from msgspec import Struct

from meshctl.model.edit import Edit
from meshctl.model.resource import Resource
from meshctl.sources.parsing import parse
from meshctl.sources.positions import FileOrigin, SourceText
from meshctl.sources.scalars import PLAIN

# What reads as the text that it is, wherever it stands in YAML.
_PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*\Z")


class Splice(Struct, frozen=True):
    """Bytes from `start` to `end` of a file's text give way to `text`; `target` says what that changes in the data.

    That is the document, by its start and number, and the path in it.
    """

    source: SourceText
    start: int
    end: int
    text: bytes
    edit: Edit
    target: tuple[int, int, tuple[str | int, ...]]


def splice(resource: Resource, edit: Edit) -> Splice | None:
    """The change of text that an edit takes; None where there is no such spot, or it is not in a file of its own.

    A file that was rendered is nobody's to change, and a text over several lines has no spot.
    """
    origin = resource.origin
    # A resource traced through a kustomization has an origin of another class: what is there is not what was read.
    if type(origin) is not FileOrigin:
        return None
    spot = origin.spot(edit.path, key=edit.kind == "rename")
    if spot is None:
        return None
    text = _written(edit.text, spot.style)
    if text is None:
        return None
    target = (origin.start, origin.root, (*origin.prefix, *edit.path))
    return Splice(origin.source, spot.start, spot.end, text.encode(), edit, target)


def apply(splices: Sequence[Splice]) -> tuple[bytes, tuple[Splice, ...]]:
    """The text of a file with the changes that can be made at once, and these; all of the splices are of one file.

    Of two that touch one spot the first is made. One is made only if the text then reads as it did, but for the edit.
    """
    source = splices[0].source
    chosen: list[Splice] = []
    for one in splices:
        if all(one.end < other.start or one.start > other.end for other in chosen):
            chosen.append(one)
    before = _data(source.data, source.name)
    if before is None:
        return source.data, ()
    text = _spliced(source.data, chosen)
    if _reads_as(text, source.name, before, chosen):
        return text, tuple(chosen)
    sure: list[Splice] = []
    for one in chosen:
        if _reads_as(_spliced(source.data, [*sure, one]), source.name, before, [*sure, one]):
            sure.append(one)
    return _spliced(source.data, sure), tuple(sure)


def on_disk(source: SourceText, content: bytes) -> bytes | None:
    """The whole file with this text instead of the one that was read; None if the file is not that text any more.

    A byte order mark stays. Archives and encodings other than UTF-8 are left alone.
    """
    try:
        with open(source.name, "rb") as file:
            raw = file.read()
    except OSError:
        return None
    if not os.path.isfile(source.name) or not raw.endswith(source.data):
        return None
    mark = raw[: len(raw) - len(source.data)]
    return mark + content if mark in (b"", b"\xef\xbb\xbf") else None


def _data(text: bytes, name: str) -> list[tuple[tuple[int, int], tuple[str | int, ...], Any]] | None:
    """Each document with its start, number and path; None if one cannot be read or has a key twice."""
    documents = parse(text, json=name.lower().endswith(".json"))
    if any(document.error or document.repeated for document in documents):
        return None
    return [((d.start, d.root), d.path, d.value) for d in documents]


def _reads_as(
    text: bytes, name: str, before: list[tuple[tuple[int, int], tuple[str | int, ...], Any]], splices: Sequence[Splice]
) -> bool:
    after = _data(text, name)
    if after is None or len(after) != len(before):
        return False
    for (place, prefix, value), (_, _, found) in zip(before, after, strict=True):
        edits = [s for s in splices if s.target[:2] == place and s.target[2][: len(prefix)] == prefix]
        wanted = deepcopy(value) if edits else value
        # Inner ones first: the name of what is around them may change.
        for one in sorted(edits, key=lambda s: -len(s.target[2])):
            if not _edit(wanted, one.target[2][len(prefix) :], one.edit):
                return False
        if wanted != found:
            return False
    return True


def _edit(data: Any, path: tuple[str | int, ...], edit: Edit) -> bool:
    """Make an edit in data; False if it has no such place, or the new name is taken."""
    try:
        for part in path[:-1]:
            data = data[part]
        value = data[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    if edit.kind == "set":
        data[path[-1]] = edit.text
        return not isinstance(value, dict | list)
    if not isinstance(data, dict) or edit.text in data:
        return False
    data[edit.text] = data.pop(path[-1])
    return True


def _spliced(data: bytes, splices: Sequence[Splice]) -> bytes:
    for one in sorted(splices, key=lambda s: s.start, reverse=True):
        data = data[: one.start] + one.text + data[one.end :]
    return data


def _written(text: str, style: str) -> str | None:
    """A text as a scalar of a style; None for those over several lines."""
    if style == '"':
        return json.dumps(text, ensure_ascii=False)
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    if style:
        return None
    return text if _PLAIN_TEXT.match(text) and PLAIN[text] == text else json.dumps(text, ensure_ascii=False)
