"""Whether a path is that of a bundle, told from few names: this runs for every path that is given."""

import os
from os.path import isdir, isfile, join

SUFFIXES = (".tar.gz", ".tgz", ".tar")
MANIFEST = "manifest.json"
RESOURCES = "resources"
_READ = (".yaml", ".yml", ".json")
MUST_GATHER_MARKS = ("event-filter.html", "timestamp")


def is_bundle(path: str) -> bool:
    """Whether it is an archive, or an unpacked bundle, bug report or must-gather."""
    if path.lower().endswith(SUFFIXES) and isfile(path):
        return True
    if not isdir(path):
        return False
    if isfile(join(path, MANIFEST)) and isdir(join(path, RESOURCES)):
        return True
    return any(_is_report(root) for root in (path, *_folders_of_wrapper(path)))


def _is_report(root: str) -> bool:
    """A bug report has kubectl's lists without suffix; a must-gather its folders and what `oc` puts beside them.

    The folders alone may be those of a repository.
    """
    if any(isfile(join(root, "cluster", name)) for name in ("k8s-resources", "crs")):
        return True
    if isdir(join(root, "cluster-scoped-resources")):
        return any(isfile(join(root, mark)) for mark in (*MUST_GATHER_MARKS, "version"))
    return isdir(join(root, "namespaces")) and any(isfile(join(root, mark)) for mark in MUST_GATHER_MARKS)


def _folders_of_wrapper(path: str) -> list[str]:
    """The folders in one that holds nothing else of interest: both tools put one around what they write."""
    try:
        with os.scandir(path) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
        if any(entry.name.lower().endswith(_READ) for entry in entries):
            return []
        return sorted(entry.path for entry in entries if entry.is_dir())
    except OSError:
        return []
