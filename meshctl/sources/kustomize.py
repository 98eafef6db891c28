"""Objects that a kustomization renders, traced to the files they were written in."""

import os
import posixpath
from collections.abc import Iterator
from typing import Any

from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.sources.documents import Document
from meshctl.sources.errors import Unparsed
from meshctl.sources.lists import objects
from meshctl.sources.parsing import parse, to_utf8
from meshctl.sources.positions import FileOrigin, SourceText
from meshctl.sources.remarks import Remark, remarks
from meshctl.sources.walking import kustomization_file

_REFERENCES = ("resources", "bases", "components")


class Tree:
    """The files a kustomization is made of, read when the first object is traced."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._written: dict[str, list[tuple[str, dict[str, Any], FileOrigin]]] | None = None

    def origin(self, place: FileOrigin, rendered: dict[str, Any]) -> "TracedOrigin":
        """The origin of a rendered object, for which `place` is where it stands in the renderer's output."""
        return TracedOrigin(self, place, rendered)

    def trace(self, rendered: dict[str, Any]) -> FileOrigin | None:
        """Where the object was written: the same kind, and the same name but for what a prefix or suffix adds."""
        if self._written is None:
            self._written = {}
            for file in _files(self._file, set()):
                for name, data, origin in _objects(file):
                    self._written.setdefault(str(data.get("kind")), []).append((name, data, origin))
        wanted, namespace = _name(rendered), _metadata(rendered).get("namespace")
        best: tuple[bool, int, bool] = (False, 0, False)
        found: FileOrigin | None = None
        for name, data, origin in self._written.get(str(rendered.get("kind")), ()):
            if name not in wanted or _group(data) != _group(rendered):
                continue
            rank = (name == wanted, len(name), _metadata(data).get("namespace") == namespace)
            if rank > best:
                best, found = rank, origin
        return found

    def remarks(self) -> Iterator[Remark]:
        """The comments for us in these files, of which a renderer leaves some in other places and others out."""
        for file in sorted(set(_files(self._file, set()))):
            yield from remarks(SourceText(file, _read(file)))

    def itself(self) -> Location | None:
        """The first line of the kustomization file."""
        data = _read(self._file)
        return FileOrigin(SourceText(self._file, data), 0, len(data), 1).locate(())


class TracedOrigin(FileOrigin):
    """Origin of a rendered object: what was written by hand is shown there, the rest is the kustomization's doing."""

    __slots__ = ("_rendered", "_tree", "_written")

    def __init__(self, tree: Tree, place: FileOrigin, rendered: dict[str, Any]) -> None:
        super().__init__(place.source, place.start, place.end, place.line, place.root, place.prefix)
        self._tree = tree
        self._rendered = rendered
        self._written: FileOrigin | bool | None = False

    def locate(self, path: Path, *, key: bool = False) -> Location | None:
        """The region of the field in the file it was written in, else the start of the kustomization file."""
        if isinstance(self._written, bool):
            self._written = self._tree.trace(self._rendered)
        if self._written is not None and self._written.has(path):
            return self._written.locate(path, key=key)
        return self._tree.itself()


def _files(file: str, seen: set[str]) -> Iterator[str]:
    """Every file that a kustomization file refers to as a resource, those of its bases included."""
    if os.path.realpath(file) in seen:
        return
    seen.add(os.path.realpath(file))
    for document in _documents(_read(file)):
        fields = document.value if isinstance(document.value, dict) else {}
        for reference in (entry for field in _REFERENCES for entry in fields.get(field) or ()):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(file), str(reference)))
            if os.path.isdir(target):
                below = kustomization_file(target)
                if below is not None:
                    yield from _files(below, seen)
            elif os.path.isfile(target):
                yield target


def _objects(file: str) -> Iterator[tuple[str, dict[str, Any], FileOrigin]]:
    """Every named object in a file."""
    source = SourceText(file, _read(file))
    for document in _documents(source.data):
        for data, path in objects(document.value, document.path):
            if isinstance(data, dict) and (name := _name(data)):
                yield name, data, FileOrigin(source, document.start, document.end, document.line, document.root, path)


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as opened:
            return to_utf8(opened.read())
    except (OSError, Unparsed):
        return b""


def _documents(data: bytes) -> list[Document]:
    return [document for document in parse(data) if not document.error]


def _metadata(data: dict[str, Any]) -> dict[str, Any]:
    metadata = data.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _name(data: dict[str, Any]) -> str:
    return str(_metadata(data).get("name") or "")


def _group(data: dict[str, Any]) -> str:
    return str(data.get("apiVersion") or "").rpartition("/")[0]
