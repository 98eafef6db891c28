"""`meshctl fleet`: many clusters in one run, each by itself and all against each other."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

if TYPE_CHECKING:
    from meshctl.analysis.fleet.reduce import Fleet
    from meshctl.analysis.fleet.task import Task
    from meshctl.analysis.fleet.work import Engine
    from meshctl.cli.session import Session
    from meshctl.model.fleet import Source
    from meshctl.sources.cache import DocumentCache

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE]...", help="Contexts, kubeconfig files, bundles, folders of manifests; or patterns."
    ),
]
Scheduler = Annotated[
    str, typer.Option("--scheduler", metavar="URL", help="Let the workers of this Dask scheduler do it (tcp://...).")
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, metavar="N", help="So many processes (default: what cores and memory allow).")
]
EqualBy = Annotated[
    list[str] | None,
    typer.Option(
        "--equal-by", metavar="LABEL", help="Clusters alike in it should be equal; all: every one. Repeatable."
    ),
]
State = Annotated[str, typer.Option("--state", metavar="DIR", help="Keep what is done here (default: in the cache).")]
Resume = Annotated[bool, typer.Option("--resume", help="Do not do again what an earlier run has done.")]
Part = Annotated[str, typer.Option("--part", metavar="I/N", help="Only this part of the clusters: 0/10 to 9/10.")]
Latency = Annotated[bool, typer.Option("--latency", help="Also what the proxies have counted: they are all asked.")]

_PART = re.compile(r"(\d{1,5})/(\d{1,5})", re.ASCII)
_MOST_KEPT = 2 * 1024**3
# Measured: what an analysis takes beside its input, for a byte of YAML, and for a byte of an archive.
_BASE, _PER_BYTE, _PER_PACKED_BYTE = 120 * 1024**2, 9, 90
_LIVE = 1024**3


def fleet(
    options: Options,
    sources: Sources = None,
    scheduler: Scheduler = "",
    workers: Workers = 0,
    equal_by: EqualBy = None,
    state: State = "",
    resume: Resume = False,
    part: Part = "",
    latency: Latency = False,
) -> int:
    """Analyze many clusters side by side, and tell what only all of them together show.

    Without SOURCE, those that the configuration lists under `fleet`. A cluster that cannot be read is named, and the
    others are reported.
    """
    from meshctl.analysis.fleet.reduce import Fleet
    from meshctl.cli.live import check_namespace
    from meshctl.cli.session import Session
    from meshctl.graph.fleet.groups import DEFAULT

    session = Session(options, ())
    check_namespace(session.reported_namespace)
    analyzers = session.analyzers()
    chosen = _part(_sources(session, sources or ()), part)
    if scheduler:
        _check_found_by_workers(chosen)
    equal = tuple(equal_by or session.configuration.equal_by or DEFAULT)
    tasks = _tasks(session, chosen, equal, latency)
    store = _store(options, state)
    found = Fleet(equal)
    left = _resumed(tasks, store, found, quiet=options.quiet) if resume else tasks
    if left:
        engine = _engine(scheduler, workers, left, options.timeout)
        _run(left, engine, store, found, quiet=options.quiet)
    if store and not state:
        store.trim()
    if options.debug:
        for cluster, check, traceback in found.crashes:
            sys.stderr.write(f"{cluster} {check}:\n{traceback}\n")
    if len(chosen) > 1 and not found.groups and not options.quiet:
        sys.stderr.write(
            f"note: none of these clusters is held against another: nothing says which should be equal. Give them the "
            f"labels {', '.join(equal)} under `fleet` in the configuration, or say --equal-by all.\n"
        )
    analysis = found.analysis(analyzers, session.settings)
    return session.finish(analysis.result, analysis.crashes)


def _sources(session: "Session", tokens: Sequence[str]) -> "list[Source]":
    """The clusters that are named, else those of the configuration. Raises UsageError."""
    from meshctl.sources.errors import InputError
    from meshctl.sources.fleet.given import configured_sources, given_sources

    o, c = session.options, session.configuration
    named = bool(tokens or o.context)
    try:
        if named or (o.kubeconfig and not c.fleet):
            found = given_sources(tokens, o.context or (() if tokens else ("*",)), o.kubeconfig)
        else:
            found = configured_sources(c.fleet, o.kubeconfig)
    except InputError as error:
        raise UsageError(str(error)) from error
    if not found:
        raise UsageError(
            "which clusters? name contexts, kubeconfig files, bundles or folders, or list them under `fleet`"
        )
    return found


def _part(sources: "list[Source]", part: str) -> "list[Source]":
    if not part:
        return sources
    match = _PART.fullmatch(part)
    if not match or int(match[1]) >= int(match[2]):
        raise UsageError(f"--part {part} is none: write 0/10 for the first of ten, 9/10 for the last")
    return sources[int(match[1]) :: int(match[2])]


def _check_found_by_workers(sources: "Sequence[Source]") -> None:
    for source in sources:
        for path in (source.path, source.kubeconfig):
            if path and not os.path.isabs(path):
                whole = os.path.abspath(path)
                raise UsageError(f"--scheduler: workers read {path} where they are: give the whole path, as {whole}")


def _tasks(
    session: "Session", sources: "Sequence[Source]", equal_by: Sequence[str], latency: bool
) -> "Mapping[str, Task]":
    """What is to be done for each source, by its name."""
    from meshctl import __version__
    from meshctl.analysis.fleet.task import Task
    from meshctl.graph.fleet.groups import group_of

    o, c = session.options, session.configuration
    # It is held against all findings together: each cluster by itself would miss those of the others.
    settings = structs.replace(session.settings, baseline=None)
    return {
        source.name: Task(
            version=__version__,
            source=source,
            settings=settings,
            stamp=_stamp(source.path),
            select=tuple(o.select or c.select),
            ignore=(*(o.ignore or ()), *c.ignore),
            severity=c.severity,
            namespace=session.reported_namespace,
            complete=o.complete,
            cache=not o.no_cache,
            timeout=o.timeout,
            exclude=c.exclude,
            exclude_below=c.folder,
            compare=bool(group_of(source.labels, equal_by)),
            latency=latency,
        )
        for source in sources
    }


def _stamp(path: str) -> str:
    """What changes when a path does: its size and the time of its last change, with all that is in it."""
    size, newest = _extent(path)
    return f"{size} {newest}" if path else ""


def _extent(path: str) -> tuple[int, int]:
    """Bytes, and the time of the last change in nanoseconds; nothing for what is not here."""
    from meshctl.sources.walking import files_below

    if not path:
        return 0, 0
    names = [str(each) for each in files_below(path) if isinstance(each, str)] if os.path.isdir(path) else [path]
    size = newest = 0
    for name in names:
        try:
            found = os.stat(name)
        except OSError:
            continue
        size, newest = size + found.st_size, max(newest, found.st_mtime_ns)
    return size, newest


def _store(options: Options, folder: str) -> "DocumentCache | None":
    """Where what is done is kept: for this user's eyes only. Raises UsageError for a folder that cannot be written."""
    from pathlib import Path

    from meshctl.sources.cache import DocumentCache, default_cache_folder

    if not folder:
        return None if options.no_cache else DocumentCache(default_cache_folder() / "fleet", _MOST_KEPT)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"cannot write {folder}: permission denied")
    return DocumentCache(Path(folder))


def _resumed(
    tasks: "Mapping[str, Task]", store: "DocumentCache | None", found: "Fleet", *, quiet: bool
) -> "Mapping[str, Task]":
    """Takes in what is there from an earlier run; returns what is left."""
    from meshctl.analysis.fleet.task import decode_examined

    if store is None:
        raise UsageError("--resume needs what an earlier run has kept: leave out --no-cache, or name a --state")
    left = {}
    for name, task in tasks.items():
        kept = store.get(task.key)
        try:
            if kept is None:
                raise ValueError
            found.add(task.source, decode_examined(kept))
        except ValueError:
            left[name] = task
    if not quiet:
        sys.stderr.write(
            f"note: {len(tasks) - len(left):,} of {len(tasks):,} clusters are as an earlier run has found them\n"
        )
    return left


def _engine(scheduler: str, workers: int, tasks: "Mapping[str, Task]", timeout: float) -> "Engine":
    from meshctl.analysis.fleet.engines import DaskEngine, LocalEngine, workers_that_fit

    if scheduler:
        if workers:
            raise UsageError("--workers is for processes here: how many there are of a --scheduler is its own business")
        return DaskEngine(scheduler, timeout)
    return LocalEngine(workers or workers_that_fit(len(tasks), max(_memory(task.source) for task in tasks.values())))


def _memory(source: "Source") -> int:
    """About how many bytes examining a source takes."""
    from meshctl.sources.bundle.recognized import SUFFIXES

    if not source.path:
        return _LIVE
    size, _ = _extent(source.path)
    packed = source.path.lower().endswith(SUFFIXES) and not source.path.lower().endswith(".tar")
    return _BASE + size * (_PER_PACKED_BYTE if packed else _PER_BYTE)


def _run(
    tasks: "Mapping[str, Task]", engine: "Engine", store: "DocumentCache | None", found: "Fleet", *, quiet: bool
) -> None:
    """Does the tasks, keeps what is whole, and takes in everything."""
    from meshctl.analysis.fleet.examine import failed
    from meshctl.analysis.fleet.task import decode_examined, encode_task
    from meshctl.analysis.fleet.work import Unavailable, work
    from meshctl.cli.fleet_cluster import examine_cluster
    from meshctl.cli.fleet_progress import watching_fleet

    waiting = dict(tasks)
    with watching_fleet(quiet, len(tasks)) as bar:
        try:
            for done in work({name: encode_task(task) for name, task in tasks.items()}, examine_cluster, engine):
                task = waiting.pop(done.name)
                examined = failed(task.source, done.why) if done.answer is None else decode_examined(done.answer)
                # What could not be read may be readable the next time.
                if store and done.answer is not None and not (examined.unread or examined.crashes):
                    store.put(task.key, done.answer)
                found.add(task.source, examined)
                bar.ended(failed=not examined.clusters)
        except Unavailable as error:
            why = f"{engine.name} cannot be used: {error}"
            for task in waiting.values():
                found.add(task.source, failed(task.source, why))
    if waiting:
        kept = " What is done is kept: --resume goes on from there." if store and len(waiting) < len(tasks) else ""
        sys.stderr.write(f"meshctl: {why}; {len(waiting):,} of {len(tasks):,} clusters are not read.{kept}\n")
