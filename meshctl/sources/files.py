"""Paths to a Snapshot: reads the files, and says what could not be read and why."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from meshctl.model.location import Location
from meshctl.model.result import Unread
from meshctl.sources.assembly import Assembly
from meshctl.sources.errors import Unparsed
from meshctl.sources.parsing import to_utf8
from meshctl.sources.positions import SourceText
from meshctl.sources.reading import Text, documents_of
from meshctl.sources.snapshot import InputProblem, Snapshot
from meshctl.sources.walking import STDIN, check_exists, files_below

if TYPE_CHECKING:
    from meshctl.sources.cache import DocumentCache


def read_files(
    paths: Sequence[str],
    *,
    default_namespace: str = "default",
    whole: bool = False,
    cache: "DocumentCache | None" = None,
    stdin: IO[bytes] | None = None,
    timeout: float = 60,
) -> Snapshot:
    """Read files, directories (recursively) and `-` (stdin) into a Snapshot.

    `whole` says that the input is everything there is. `timeout` (seconds) bounds each rendering. Raises InputError
    for a path that does not exist; everything else that cannot be read is in the Snapshot's problems and `unread`.
    """
    check_exists(paths)
    assembly = Assembly(default_namespace)
    sources: list[SourceText] = []
    for name in sorted(_names(paths, assembly)):
        data = _content(name, stdin, assembly)
        if data is not None:
            sources.append(SourceText(name, data))
    texts = [Text(source.data, source.name.lower().endswith(".json")) for source in sources]
    for source, documents in zip(sources, documents_of(texts, cache), strict=True):
        assembly.add(source, documents)
    resources = assembly.finish()
    if not resources:
        _nothing(paths, assembly)
    if cache:
        cache.trim()
    return Snapshot(
        resources=resources,
        problems=tuple(sorted(assembly.problems, key=_order)),
        inputs=tuple(paths),
        unread=tuple(dict.fromkeys(sorted(assembly.unread, key=_unread_order))),
        whole=None if whole else frozenset(),
    )


def _names(paths: Sequence[str], assembly: Assembly) -> list[str]:
    """The name of each file once; of several names of one file the first in order."""
    names: dict[str, str] = {}
    for path in set(paths):
        for name in _below(path, assembly):
            real = name if name == STDIN else os.path.realpath(name)
            names[real] = min(name, names.get(real, name))
    return list(names.values())


def _below(path: str, assembly: Assembly) -> Iterator[str]:
    if path == STDIN or not os.path.isdir(path):
        yield path
        return
    try:
        yield from files_below(path)
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else path
        assembly.refuse("not-parsed", _cannot_read("directory", error), _start(name), name)


def _content(name: str, stdin: IO[bytes] | None, assembly: Assembly) -> bytes | None:
    try:
        if name == STDIN:
            data = (stdin or sys.stdin.buffer).read()
        else:
            with open(name, "rb") as file:
                data = file.read()
        return to_utf8(data)
    except OSError as error:
        assembly.refuse("not-parsed", _cannot_read("file", error), _start(name), name)
    except Unparsed as error:
        assembly.refuse("not-parsed", f"{error.message}.", _start(name), name)
    return None


def _nothing(paths: Sequence[str], assembly: Assembly) -> None:
    """Nothing at all was found: say so for each argument, unless its own problems already do."""
    told = {problem.location.file for problem in assembly.problems}
    for path in dict.fromkeys(sorted(paths)):
        if path not in told:
            assembly.refuse("no-resource", "There is no resource here.", _start(path), path)


def _cannot_read(what: str, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"The {what} cannot be read: {reason}."


def _start(name: str) -> Location:
    return Location(name, 1, 1, 1, 1)


def _order(problem: InputProblem) -> tuple[Location, str, str]:
    return problem.location, problem.kind, problem.message


def _unread_order(unread: Unread) -> tuple[str, str]:
    return unread.what, unread.why
