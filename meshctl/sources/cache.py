"""Parsed documents kept by the content of their file, so that a second run parses only what changed."""

import os
import time
from contextlib import suppress
from pathlib import Path

_SUFFIX = ".docs"
_DAY = 86_400.0
_SUM = 16


def default_cache_folder() -> Path:
    """`$MESHCTL_CACHE_DIR`, or meshctl's folder in the user's cache folder."""
    if own := os.environ.get("MESHCTL_CACHE_DIR"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "meshctl"


class DocumentCache:
    """Bytes by content hash, one file each, checked by a sum. Safe under parallel runs; any failure is a miss.

    `max_bytes` bounds the folder: the entries longest unused go first.
    """

    def __init__(self, folder: Path, max_bytes: int = 512 * 1024 * 1024) -> None:
        self._folder = str(folder)
        self._max_bytes = max_bytes
        self._wrote = False
        self._usable = True

    def key(self, data: bytes, variant: str) -> str:
        """The name of the entry for a text; `variant` separates different readings of the same text."""
        from hashlib import blake2b

        return blake2b(data, digest_size=20, person=variant.encode()[:16]).hexdigest()

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, or None."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                content = file.read()
                if os.fstat(file.fileno()).st_mtime < time.time() - _DAY:
                    os.utime(path)
        except OSError:
            return None
        return content[_SUM:] if content[:_SUM] == _sum(content[_SUM:]) else None

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key; does nothing where the folder cannot be written."""
        if not self._usable:
            return
        import tempfile

        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix="new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_sum(content))
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
                found = [(entry.stat(), entry.path) for entry in entries if _is_ours(entry)]
        except OSError:
            return
        total = sum(stat.st_size for stat, _ in found)
        for stat, path in sorted(found, key=lambda each: (each[0].st_mtime, each[1])):
            abandoned = not path.endswith(_SUFFIX) and stat.st_mtime < time.time() - _DAY
            if total > self._max_bytes or abandoned:
                with suppress(OSError):
                    os.unlink(path)
                    total -= stat.st_size

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key + _SUFFIX)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(_SUFFIX) or entry.name.startswith("new-")


def _sum(content: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(content, digest_size=_SUM).digest()
