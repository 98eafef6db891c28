"""An unpacked bundle: a folder read as an archive is."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from meshctl.sources.bundle.archive import Limits


class Folder:
    """The files of a folder, by their paths in it. `members` reads it once, as that of Archive does."""

    def __init__(self, path: str, limits: Limits | None = None) -> None:
        self._path = path
        self._limits = limits or Limits()
        self.names: list[str] = []
        self.nested: list[str] = []
        self.problems: list[str] = []

    def members(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Name and content of the files whose name is wanted, in the order of their names. Raises nothing."""
        for name in self._files():
            self.names.append(name)
            if not wanted(name):
                continue
            try:
                file = Path(self._path, name)
                if file.stat().st_size <= self._limits.member_bytes:
                    yield name, file.read_bytes()
                else:
                    self.problems.append(f"{name} is larger than can be read: it is not read.")
            except OSError as error:
                self.problems.append(f"{name} cannot be read: {(error.strerror or str(error)).lower()}.")

    def _files(self) -> Iterator[str]:
        def failed(error: OSError) -> None:
            self.problems.append(f"{error.filename} cannot be read: {(error.strerror or str(error)).lower()}.")

        for folder, folders, files in os.walk(self._path, onerror=failed):
            folders.sort()
            for name in sorted(files):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    yield os.path.relpath(path, self._path).replace(os.sep, "/")
