"""Archives read from front to back without unpacking them: nothing in one may lead out, grow or last without bounds."""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from msgspec import Struct

_GZIP = b"\x1f\x8b"
_PIECE = 256 * 1024
# Header bytes before one member: a long path and extended attributes are far below this.
_HEADERS = 32 * 1024
_LONGEST_NAME = 4096
_NESTED = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".zip", ".7z", ".rar")
_BROKEN = (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, OverflowError, RecursionError)


class Limits(Struct, frozen=True):
    """How much of an archive is read: files, bytes of one file and of all files that are wanted, bytes unpacked."""

    members: int = 100_000
    member_bytes: int = 512 * 1024 * 1024
    wanted_bytes: int = 2 * 1024 * 1024 * 1024
    unpacked_bytes: int = 16 * 1024 * 1024 * 1024


class Archive:
    """A tar archive, gzipped or not. `members` reads it once; the other attributes are right after that.

    `names` are those of the plain files, `nested` of those that are archives in turn; each of `problems` is a sentence.
    """

    def __init__(self, file: IO[bytes], limits: Limits | None = None) -> None:
        self._file = file
        self._limits = limits or Limits()
        self._refused: dict[str, list[str]] = {}
        self._stopped = ""
        self.names: list[str] = []
        self.nested: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """Why it was not read whole, one sentence a reason."""
        found = [_refusal(reason, names) for reason, names in self._refused.items()]
        return (*found, *([self._stopped] if self._stopped else []))

    def members(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Name and content of the plain files whose name is wanted, in their order. Raises nothing."""
        try:
            yield from self._members(wanted)
        except _Stop as stop:
            self._stopped = str(stop)
        except _BROKEN as error:
            self._stopped = self._damaged(error)

    def _members(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        stream = _Stream(_unpacked(self._file), self._limits.unpacked_bytes)
        tar = tarfile.TarFile(fileobj=stream)  # type: ignore[arg-type]
        count = wanted_bytes = 0
        while (member := tar.next()) is not None:
            # Both would otherwise grow with the archive.
            tar.members = []  # type: ignore[attr-defined]
            tar.pax_headers = {}
            count += 1
            if count > self._limits.members:
                raise _Stop(f"The archive has more than {self._limits.members:,} files: the rest is not read.")
            if (name := self._admitted(member)) and wanted(name):
                wanted_bytes += member.size
                if member.size > self._limits.member_bytes:
                    self._refuse(f"larger than {_size(self._limits.member_bytes)}", name)
                elif wanted_bytes > self._limits.wanted_bytes:
                    most = _size(self._limits.wanted_bytes)
                    raise _Stop(f"The archive has more than {most} of files to analyze: the rest is not read.")
                else:
                    yield name, stream.take(member.offset_data, member.size)
            stream.begin_headers()
        if not stream.at_end_mark:
            raise EOFError
        stream.drain()

    def _admitted(self, member: tarfile.TarInfo) -> str:
        """The name of a plain file within the archive; empty for a folder and for what is refused."""
        name = member.name
        while name.startswith("./"):
            name = name[2:]
        parts = name.split("/")
        if len(name) > _LONGEST_NAME:
            self._refuse("of a name that is too long", name[:80])
        elif not name.isprintable():
            self._refuse("of a name that is no plain text", ascii(name)[1:-1][:80])
        elif name.startswith("/"):
            self._refuse("of an absolute path", name)
        elif ".." in parts:
            self._refuse("of a path that leads out of the archive", name)
        elif member.issym() or member.islnk():
            self._refuse("a link", name)
        elif member.ischr() or member.isblk():
            self._refuse("a device", name)
        elif member.isfifo():
            self._refuse("a named pipe", name)
        elif member.issparse():
            self._refuse("a sparse file", name)
        elif member.isdir():
            return ""
        elif not member.isreg():
            self._refuse("of an unknown type", name)
        else:
            self.names.append(name)
            if name.lower().endswith(_NESTED):
                self.nested.append(name)
            return name
        return ""

    def _refuse(self, reason: str, name: str) -> None:
        self._refused.setdefault(reason, []).append(name)

    def _damaged(self, error: Exception) -> str:
        last = f" (last file: {self.names[-1]})" if self.names else ""
        if not self.names and isinstance(error, tarfile.TarError):
            return "This is no tar archive, or it is damaged at its beginning."
        how = "ends too early" if isinstance(error, EOFError) else "is damaged"
        return f"The archive {how}{last}: the rest is not read."


class _Stop(Exception):
    """Reading ends here; the text is a whole sentence."""


class _Stream:
    """The unpacked bytes as tarfile wants to read them, forwards only, each counted."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit
        self._place = 0
        self._headers = 0
        self._last = b""
        self.mode = "rb"

    @property
    def at_end_mark(self) -> bool:
        """Whether the last header was the empty one that every archive ends with."""
        return len(self._last) == tarfile.BLOCKSIZE and not self._last.strip(b"\0")

    def begin_headers(self) -> None:
        """The next header is about to be read."""
        self._headers = 0

    def read(self, size: int) -> bytes:
        """Read a header, for tarfile."""
        self._headers += size
        if not 0 <= self._headers <= _HEADERS:
            raise _Stop(f"A header in the archive is larger than {_size(_HEADERS)}: the rest is not read.")
        self._last = self._read(size)
        return self._last

    def tell(self) -> int:
        """How many bytes were read."""
        return self._place

    def seek(self, place: int) -> None:
        """Skip to a place ahead. Raises ReadError for one that lies behind."""
        if place < self._place:
            raise tarfile.ReadError("leads back")
        while self._place < place:
            if not self._read(min(_PIECE, place - self._place)):
                raise EOFError

    def take(self, start: int, size: int) -> bytes:
        """The content of a file."""
        self.seek(start)
        pieces = []
        while size > 0:
            piece = self._read(min(_PIECE, size))
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def drain(self) -> None:
        """Read what follows the end mark, so that a damaged end is noticed."""
        while self._read(_PIECE):
            pass

    def _read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._place += len(data)
        if self._place > self._limit:
            raise _Stop(f"The archive unpacks to more than {_size(self._limit)}: the rest is not read.")
        return data


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    start = file.read(2)
    file.seek(-len(start), 1)
    return gzip.GzipFile(fileobj=file) if start == _GZIP else file  # type: ignore[return-value]


def _refusal(reason: str, names: list[str]) -> str:
    first = names[0]
    if len(names) == 1:
        return f"{first} is {reason}: it is not read."
    return f"{first} and {len(names) - 1:,} more are each {reason}: they are not read."


def _size(number: int) -> str:
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if number >= factor:
            return f"{number / factor:g} {unit}"
    return f"{number} bytes"
