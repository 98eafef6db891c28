"""Paths as the user gave them to the files to read."""

import os
from collections.abc import Iterator, Sequence
from posixpath import join

from meshctl.sources.errors import InputError

SUFFIXES = (".yaml", ".yml", ".json")
STDIN = "-"


def files_below(directory: str, stop: frozenset[str] = frozenset()) -> Iterator[str]:
    """YAML and JSON files below a directory, names joined to it as given. Hidden ones and link loops are left out.

    Directories whose real path is in `stop` are not entered. Raises OSError for the directory itself only.
    """
    yield from _below(directory, stop, frozenset())


def _below(directory: str, stop: frozenset[str], above: frozenset[str]) -> Iterator[str]:
    real = os.path.realpath(directory)
    if real in above or real in stop:
        return
    with os.scandir(directory) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        name = join(directory, entry.name)
        if entry.is_dir():
            yield from _below(name, stop, above | {real})
        elif entry.name.lower().endswith(SUFFIXES):
            yield name


def check_exists(paths: Sequence[str]) -> None:
    """Raise InputError for the first path that is not there."""
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            raise InputError(f"{path} does not exist: give a file, a directory, or - for stdin.")
