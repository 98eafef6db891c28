"""Paths to a Snapshot: reads the files, and says what could not be read and why."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from msgspec import structs

from meshctl.model.location import Location
from meshctl.model.result import Unread
from meshctl.sources.assembly import Assembly, Given
from meshctl.sources.bundle.recognized import SUFFIXES, is_bundle
from meshctl.sources.errors import Unparsed
from meshctl.sources.exclusion import Exclusion
from meshctl.sources.parsing import to_utf8
from meshctl.sources.positions import SourceText
from meshctl.sources.reading import Text, documents_of
from meshctl.sources.remarks import Remark, remarks
from meshctl.sources.snapshot import Coverage, InputProblem, Snapshot
from meshctl.sources.walking import STDIN, check_exists, files_below, kustomization_file

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
    helm: Sequence[str] = (),
    helm_values: Sequence[str] = (),
    exclude: Exclusion | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Snapshot:
    """Read files, directories (recursively), `-` (stdin), kustomizations and Helm charts into a Snapshot.

    A given directory with a kustomization file is rendered instead of read, and so is each chart in `helm`, with the
    value files `helm_values`. A given archive or unpacked bundle, bug report or must-gather is read as what it is;
    archives inside a directory are not, nor what `exclude` covers. `whole` says that the input is everything there is.
    `timeout` (seconds) bounds each rendering. `meanwhile` is done while another process parses, if one does. Raises
    InputError for a path that does not exist and for a missing renderer; everything else that cannot be read is in the
    Snapshot's problems and `unread`.
    """
    check_exists([*paths, *helm_values])
    assembly = Assembly(default_namespace)
    sources: list[tuple[SourceText, Given]] = []
    kustomizations = {path: file for path in paths if path != STDIN and (file := kustomization_file(path))}
    bundles = sorted({path for path in paths if path not in kustomizations and is_bundle(path)})
    below = _below_each(
        [path for path in paths if path not in kustomizations and path not in bundles], assembly, exclude
    )
    for name in sorted({name for names in below.values() for name in names}):
        data = _content(name, stdin, assembly)
        if data is not None:
            sources.append((SourceText(name, data), Given()))
    if kustomizations or helm:
        from meshctl.sources.rendered import Rendering

        rendering = Rendering(assembly, default_namespace, timeout)
        rendered = (*rendering.kustomizations(kustomizations), *rendering.charts(helm, helm_values))
        sources += [(source, Given(trace)) for source, trace in rendered]
    if bundles:
        from meshctl.sources.bundle.given import GivenBundles

        given_bundles = GivenBundles(bundles, assembly)
        sources += given_bundles.sources
        below |= given_bundles.names
    sources.sort(key=lambda each: each[0].name)
    fruitful: set[str] = set()
    texts = [Text(source.data, source.name.lower().endswith(".json")) for source, _ in sources]
    for (source, given), documents in zip(sources, documents_of(texts, cache, meanwhile), strict=True):
        if assembly.add(source, documents, given):
            fruitful.add(source.name)
    resources = assembly.finish()
    many = [path for path in below if os.path.isdir(path) or path in bundles]
    fruitless = [path for path in many if fruitful.isdisjoint(below[path])]
    _refuse_empty(fruitless if resources else [*paths, *helm], assembly)
    if cache:
        cache.trim()
    return Snapshot(
        resources=resources,
        problems=tuple(sorted(assembly.problems, key=_order)),
        inputs=(*paths, *helm),
        files=len(sources),
        unread=tuple(dict.fromkeys(sorted(assembly.unread, key=_unread_order))),
        coverage=_coverage(whole, given_bundles.coverage(resources) if bundles else {}),
        notes=given_bundles.notes if bundles else (),
        remarks=_remarks(sources, kustomizations.values()),
    )


def _remarks(sources: Iterable[tuple[SourceText, Given]], kustomizations: Iterable[str]) -> tuple[Remark, ...]:
    """The comments for us, each once, where people wrote them."""
    found = dict.fromkeys(r for source, given in sources if given.trace is None for r in remarks(source))
    for file in kustomizations:
        from meshctl.sources.kustomize import Tree

        found |= dict.fromkeys(Tree(file).remarks())
    return tuple(found)


def _coverage(whole: bool, collected: Mapping[str, Coverage]) -> Mapping[str, Coverage]:
    if not whole:
        return collected
    return {
        cluster: structs.replace(coverage, whole=None) for cluster, coverage in (collected or {"": Coverage()}).items()
    }


def _below_each(paths: Sequence[str], assembly: Assembly, exclude: Exclusion | None) -> dict[str, set[str]]:
    """The files of each given path; a file with several names goes by the first in order wherever it appears."""
    found = {path: list(_below(path, assembly, exclude)) for path in sorted(set(paths))}
    names: dict[str, str] = {}
    real = {name: name if name == STDIN else os.path.realpath(name) for below in found.values() for name in below}
    for name in sorted(real, reverse=True):
        names[real[name]] = name
    return {path: {names[real[name]] for name in below} for path, below in found.items()}


def _below(path: str, assembly: Assembly, exclude: Exclusion | None) -> Iterator[str]:
    if path == STDIN or not os.path.isdir(path):
        yield path
        return
    for found in files_below(path):
        if isinstance(found, OSError):
            name = found.filename if isinstance(found.filename, str) else path
            assembly.refuse("not-parsed", _cannot_read("directory", found), _start(name), name)
        elif exclude is None or not exclude.covers(found):
            yield found


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


def _refuse_empty(paths: Sequence[str], assembly: Assembly) -> None:
    """There is no resource in these: say so for each, unless its own problems already do."""
    told = {unread.what for unread in assembly.unread} | {problem.location.file for problem in assembly.problems}
    for path in dict.fromkeys(sorted(paths)):
        below = path.rstrip("/") + "/"
        if not any(name == path or name.startswith((below, f"{path}!")) for name in told):
            assembly.refuse("no-resource", f"There is no resource here{_archives_in(path)}.", _start(path), path)


def _archives_in(path: str) -> str:
    """What to do where there is nothing but archives."""
    found = sorted(name for name in os.listdir(path) if name.endswith(SUFFIXES)) if os.path.isdir(path) else []
    return f", but archives: name them, as in `meshctl analyze {os.path.join(path, found[0])}`" if found else ""


def _cannot_read(what: str, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"The {what} cannot be read: {reason}."


def _start(name: str) -> Location:
    return Location(name, 1, 1, 1, 1)


def _order(problem: InputProblem) -> tuple[Location, str, str]:
    return problem.location, problem.kind, problem.message


def _unread_order(unread: Unread) -> tuple[str, str]:
    return unread.what, unread.why
