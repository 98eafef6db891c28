"""`meshctl analyze`: what is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

if TYPE_CHECKING:
    from meshctl.analysis.analyze import Analysis
    from meshctl.analysis.analyzer import Analyzer
    from meshctl.cli.session import Session
    from meshctl.model.resource import Resource

Paths = Annotated[
    list[str] | None, typer.Argument(metavar="[PATH]...", help="Files, directories, bundles, or - for stdin.")
]
Helm = Annotated[list[str] | None, typer.Option("--helm", metavar="CHART", help="Render a chart. Repeatable.")]
Values = Annotated[
    list[str] | None, typer.Option("-f", "--values", metavar="FILE", help="Values for --helm. Repeatable.")
]

Live = Annotated[bool, typer.Option("--live", help="The files as if applied to the cluster: what they break there.")]
Untouched = Annotated[
    bool, typer.Option("--untouched", help="With --live: also what the files neither cause nor touch.")
]

BaselineFile = Annotated[
    str, typer.Option("--baseline", metavar="FILE", help="Known findings, made by `meshctl baseline write`.")
]
SinceRef = Annotated[
    str, typer.Option("--since-ref", metavar="REF", help="Only what has come or was changed since a git revision.")
]
Fix = Annotated[bool, typer.Option("--fix", help="Print the patch that mends what leaves no doubt.")]
Write = Annotated[bool, typer.Option("--write", help="With --fix: change the files, then report what is left.")]
Watch = Annotated[bool, typer.Option("--watch", help="Again on each change of a file: what is fixed, what is new.")]


def analyze(
    options: Options,
    paths: Paths = None,
    helm: Helm = None,
    values: Values = None,
    live: Live = False,
    untouched: Untouched = False,
    baseline: BaselineFile = "",
    since_ref: SinceRef = "",
    fix: Fix = False,
    write: Write = False,
    watch: Watch = False,
) -> int:
    """Find what is wrong in manifests (files, directories, kustomizations, charts) or in live clusters."""
    from meshctl.cli.session import Session

    def begin() -> Session:
        return Session(
            options,
            paths or (),
            helm=helm or (),
            values=values or (),
            live=live,
            configured_paths=True,
            baseline=baseline,
        )

    session = begin()
    if untouched and not live:
        raise UsageError("--untouched belongs to --live")
    if write and not fix:
        raise UsageError("--write belongs to --fix")
    if fix and (live or not session.paths):
        raise UsageError("--fix takes the files that it may change")
    if fix and not write and any(not file for _, file in session.targets if options.output):
        raise UsageError("--fix prints its patch: give the report a file, as in -o json=report.json")
    if watch:
        from meshctl.cli.watch_files import watch_files

        if live or fix:
            raise UsageError("--watch is for files alone: leave out --live and --fix")
        return watch_files(begin, lambda s: _analyzed(s, s.analyzers(), since_ref, live=False, untouched=False)[0])
    if session.has_files and not live and not since_ref:
        session.read_ahead()
    analyzers = session.analyzers()

    def analyzed() -> "tuple[Analysis, Sequence[Resource]]":
        return _analyzed(session, analyzers, since_ref, live=live, untouched=untouched)

    analysis, resources = analyzed()
    if fix:
        from meshctl.analysis.fixes import fixes
        from meshctl.cli.fixing import show_fixes, write_fixes

        fixed = fixes(analysis.result.findings, resources)
        if not write:
            show_fixes(fixed, of=len(analysis.result.findings))
            session.targets = [target for target in session.targets if target[1]]
        elif fixed:
            write_fixes(fixed)
            analysis, _ = analyzed()
    return session.finish(analysis.result, analysis.crashes)


def _analyzed(
    session: "Session", analyzers: "Sequence[Analyzer]", since_ref: str, *, live: bool, untouched: bool
) -> "tuple[Analysis, Sequence[Resource]]":
    """The analysis, and the resources that it is of."""
    from meshctl.analysis.analyze import analyze as run
    from meshctl.analysis.analyze import kinds_of

    if since_ref:
        return _since(session, analyzers, since_ref, live=live)
    if live:
        return _over_the_cluster(session, analyzers, untouched), ()
    mesh = session.mesh(kinds_of(analyzers), namespace=session.reported_namespace)
    return run(mesh, analyzers, namespace=session.reported_namespace), mesh.snapshot.resources


def _since(
    session: "Session", analyzers: "Sequence[Analyzer]", name: str, *, live: bool
) -> "tuple[Analysis, Sequence[Resource]]":
    from tempfile import TemporaryDirectory

    from meshctl.analysis.since import analyze_since
    from meshctl.graph.mesh import MeshGraph
    from meshctl.sources.errors import InputError
    from meshctl.sources.revision import Revision
    from meshctl.sources.snapshot import Snapshot

    if live or session.helm or not session.paths:
        raise UsageError("--since-ref takes files and directories of a git repository: no cluster, and no chart")
    after = MeshGraph(session.files(), session.settings)
    try:
        revision = Revision(name, session.paths)
        with TemporaryDirectory(prefix="meshctl-") as folder:
            paths = revision.extract(folder)
            root = revision.place_in(folder, session.configuration.folder)
            earlier = session.files(paths=paths, root=root) if paths else Snapshot()
            before = MeshGraph(earlier, session.settings)
            analysis = analyze_since(before, after, analyzers, namespace=session.reported_namespace)
            return analysis, after.snapshot.resources
    except InputError as error:
        raise UsageError(str(error)) from error


def _over_the_cluster(session: "Session", analyzers: "Sequence[Analyzer]", untouched: bool) -> "Analysis":
    from meshctl.analysis.analyze import analyze as run
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.changes import analyze_changes
    from meshctl.graph.mesh import MeshGraph
    from meshctl.sources.overlay import overlaid

    if not session.has_files:
        raise UsageError("--live needs the files that go over the cluster")
    if len(session.contexts) > 1:
        raise UsageError("--live takes one cluster: name one --context")
    namespace = session.reported_namespace
    files = session.files(session.contexts[0].namespace or "default")
    before = session.live(kinds_of(analyzers), namespace=namespace)
    after = MeshGraph(overlaid(before, files), session.settings)
    if untouched:
        return run(after, analyzers, namespace=namespace)
    changed = {resource.id for resource in files.resources}
    return analyze_changes(MeshGraph(before, session.settings), after, changed, analyzers, namespace=namespace)
