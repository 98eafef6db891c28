"""Paths as the user gave them to the files to read."""

import os
from collections.abc import Iterator, Sequence
from posixpath import join

from meshctl.sources.errors import InputError

SUFFIXES = (".yaml", ".yml", ".json")
STDIN = "-"
KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def kustomization_file(directory: str) -> str | None:
    """The kustomization file of a directory, None if it has none."""
    names = (join(directory, name) for name in KUSTOMIZATION_FILES)
    return next((name for name in names if os.path.isfile(name)), None)


def files_below(directory: str) -> Iterator[str | OSError]:
    """YAML and JSON files below a directory in order, their names joined to it as given.

    Hidden files, kustomization files and links that lead back up are left out; a directory that cannot be listed is
    an OSError in its place.
    """
    yield from _below(directory, os.path.realpath(directory), frozenset())


def _below(directory: str, real: str, above: frozenset[str]) -> Iterator[str | OSError]:
    try:
        with os.scandir(directory) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield error
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in KUSTOMIZATION_FILES:
            continue
        name = join(directory, entry.name)
        if _is_directory(entry):
            target = os.path.realpath(name) if entry.is_symlink() else join(real, entry.name)
            if target not in above and not f"{real}/".startswith(f"{target}/"):
                yield from _below(name, target, above | {real})
        elif entry.name.lower().endswith(SUFFIXES):
            yield name


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # A link that leads nowhere: reading it will say so.


def check_exists(paths: Sequence[str]) -> None:
    """Raise InputError for the first path that is not there."""
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            raise InputError(f"{path} does not exist: give a file, a directory, or - for stdin.")
