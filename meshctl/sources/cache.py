"""Parsed documents kept by the content of their file, so that a second run parses only what changed."""

import os
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from meshctl.sources.documents import Document, Region, Repeated
from meshctl.sources.parsing import PARSER_VERSION

_SUFFIX = ".docs"
_DAY = 86_400.0


def default_cache_folder() -> Path:
    """`$MESHCTL_CACHE_DIR`, or meshctl's folder in the user's cache folder."""
    if own := os.environ.get("MESHCTL_CACHE_DIR"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "meshctl"


class DocumentCache:
    """Documents by content hash, one MessagePack file each. Safe under parallel runs; any failure is a miss.

    `max_bytes` bounds the folder: the entries longest unused go first.
    """

    def __init__(self, folder: Path, max_bytes: int = 512 * 1024 * 1024) -> None:
        self._folder = str(folder)
        self._max_bytes = max_bytes
        self._wrote = False
        self._usable = True

    def key(self, data: bytes, variant: str) -> str:
        """The name of the entry for a text; `variant` separates readings of the same text."""
        return blake2b(data, digest_size=20, person=f"{PARSER_VERSION}{variant}".encode()).hexdigest()

    def get(self, key: str) -> list[Document] | None:
        """The documents kept under a key, or None."""
        import msgspec

        path = self._path(key)
        try:
            with open(path, "rb") as file:
                rows = msgspec.msgpack.decode(file.read())
                if os.fstat(file.fileno()).st_mtime < _now() - _DAY:
                    os.utime(path)
            return [_document(row) for row in rows]
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None

    def put(self, key: str, documents: list[Document]) -> None:
        """Keep documents under a key; does nothing where the folder cannot be written."""
        if not self._usable:
            return
        import msgspec

        try:
            content = msgspec.msgpack.encode([_row(document) for document in documents])
        except (TypeError, ValueError, OverflowError, RecursionError):
            return  # A value MessagePack cannot carry, such as half a surrogate pair.
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix="new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                os.replace(temporary, self._path(key))
                self._wrote = True
            except OSError:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError:
            self._usable = False

    def trim(self) -> None:
        """Remove the oldest entries beyond the bound; call once at the end of a run."""
        if not self._wrote:
            return
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.stat(), entry.path) for entry in entries if entry.is_file(follow_symlinks=False)]
        except OSError:
            return
        total = sum(stat.st_size for stat, _ in found)
        for stat, path in sorted(found, key=lambda each: (each[0].st_mtime, each[1])):
            left_over = not path.endswith(_SUFFIX) and stat.st_mtime < _now() - _DAY
            if total > self._max_bytes or left_over:
                with suppress(OSError):
                    os.unlink(path)
                    total -= stat.st_size

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key + _SUFFIX)


def _row(document: Document) -> list[Any]:
    repeated = [
        (
            each.path,
            each.region.start_line,
            each.region.start_column,
            each.region.end_line,
            each.region.end_column,
            each.first_line,
        )
        for each in document.repeated
    ]
    return [document.start, document.end, document.line, document.value, repeated, document.error, document.root]


def _document(row: Any) -> Document:
    start, end, line, value, repeated, error, root = row
    return Document(
        start,
        end,
        line,
        value,
        tuple(Repeated(tuple(path), Region(*place), first) for path, *place, first in repeated),
        tuple(error) if error else None,
        root,
    )


def _now() -> float:
    import time

    return time.time()
