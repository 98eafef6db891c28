"""`meshctl latency`: how long requests take, and what the proxies add."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options
from meshctl.cli.proxies import AdminUrls, Dumps, require_place, sources
from meshctl.cli.watch import Rounds, Watch

if TYPE_CHECKING:
    from meshctl.analysis.analyzer import Analyzer
    from meshctl.cli.session import Session
    from meshctl.proxy.gather import Sources
    from meshctl.proxy.latency.compare import Limit
    from meshctl.proxy.latency.groups import Group
    from meshctl.proxy.latency.measure import Measured
    from meshctl.sources.snapshot import Snapshot

Target = Annotated[str, typer.Argument(metavar="[NAMESPACE or POD]", help="Only this namespace, pod or workload.")]
Prometheus = Annotated[
    str, typer.Option("--prometheus", metavar="URL", help="Ask this Prometheus ($MESHCTL_PROMETHEUS_HEADER is sent).")
]
Window = Annotated[
    str, typer.Option("--window", metavar="TIME", help="Only the next TIME, as 10s; with --prometheus the last.")
]
Save = Annotated[str, typer.Option("--save", metavar="FILE", help="Keep the measurement for --compare.")]
Compare = Annotated[str, typer.Option("--compare", metavar="FILE", help="Say what changed since --save FILE.")]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on-increase",
        metavar="LIMIT",
        help="Fail beyond it, as p99=5ms, p90=10%, or 'p99=5ms|10%' for either. Repeatable.",
    ),
]
Probe = Annotated[str, typer.Option("--probe", metavar="URL", help="GET this address and measure, one by one.")]
ProbeDirect = Annotated[
    str, typer.Option("--probe-direct", metavar="URL", help="The same around the proxy, in turns with --probe.")
]
Requests = Annotated[int, typer.Option("--requests", min=1, max=10_000, help="How many requests --probe sends.")]


def latency(
    options: Options,
    target: Target = "",
    filename: Filenames = None,
    dump: Dumps = None,
    admin_url: AdminUrls = None,
    prometheus: Prometheus = "",
    window: Window = "",
    save: Save = "",
    compare: Compare = "",
    fail_on_increase: Limits = None,
    probe: Probe = "",
    probe_direct: ProbeDirect = "",
    requests: Requests = 1000,
    watch: Watch = None,
) -> int:
    """Show how long requests take by workload and route, how sure that is, and what the proxies themselves add.

    Asked are the proxies of live clusters, unless recordings, ports, a bundle, Prometheus or a probe are named.
    """
    from meshctl.analysis.analyze import analyze
    from meshctl.cli.session import Session
    from meshctl.graph.mesh import MeshGraph
    from meshctl.model.facts import Facts
    from meshctl.proxy.gather import Sources
    from meshctl.proxy.latency.measure import Measured, measure_prometheus, parse_window
    from meshctl.proxy.latency.report import report
    from meshctl.sources.prometheus import address_shown

    given = Sources((), (), (), options.timeout) if prometheus or probe else None
    if dump or admin_url or given is None:
        given = sources(options, filename, dump, admin_url)
    if probe_direct and not probe:
        raise UsageError("--probe-direct is compared with --probe: name both")
    if window and given is not None and (given.dumps or not (admin_url or prometheus)):
        raise UsageError("--window is for what runs: a recording has no second sample")
    if fail_on_increase and not (compare or probe_direct):
        raise UsageError("--fail-on-increase needs something to compare with: --compare FILE, or --probe-direct")
    try:
        seconds = parse_window(window) if window else 0.0
    except ValueError as error:
        raise UsageError(str(error)) from error
    limits = _limits(fail_on_increase or ())
    before = (compare, _saved(compare)) if compare else None
    session = Session(options, filename or (), live=given is None)
    analyzers = [each for each in session.analyzers() if each.subject == "latency"]
    wanted, rounds = target or session.reported_namespace, Rounds(watch, session.targets)

    def once() -> int:
        measured = Measured()
        if given is None:
            snapshot = _measure_live(session, analyzers, wanted, seconds, measured)
        else:
            snapshot = _measure_given(session, given, seconds, measured)
        if prometheus:
            try:
                measure_prometheus(prometheus, seconds, options.timeout, session.reported_namespace, measured)
            except ValueError as error:
                raise UsageError(str(error)) from error
        _check_target(wanted, measured)
        probes = [_probe(probe, probe_direct, requests, options.timeout, measured)] if probe else []
        told = report(measured.samples, probes, wanted, before, limits)
        if save:
            _save(save, told.groups)
        rounds.begin()
        if not options.quiet:
            for note in dict.fromkeys([*measured.notes, *told.notes]):
                sys.stderr.write(f"{note}\n")
        mesh = MeshGraph(snapshot, session.settings, Facts(latencies=told.latencies))
        analysis = analyze(mesh, analyzers)
        addresses = (address_shown(url) for url in (prometheus, probe, probe_direct) if url)
        result = replace(
            analysis.result,
            inputs=list(dict.fromkeys([*analysis.result.inputs, *(given.names if given else ()), *addresses])),
            unread=[*analysis.result.unread, *measured.unread, *told.unread],
            proxies=len(measured.samples),
            tables=told.tables,
        )
        return session.finish(result, analysis.crashes)

    return rounds.run(once)


def _measure_given(session: "Session", given: "Sources", window: float, measured: "Measured") -> "Snapshot":
    """What recordings and ports tell. Raises UsageError."""
    from meshctl.cli.reaching import recorded
    from meshctl.graph.mesh import MeshGraph
    from meshctl.proxy.latency.measure import measure_proxies, workload_names
    from meshctl.sources.snapshot import Snapshot

    snapshot = session.files() if session.has_files else Snapshot()
    gathered = recorded(given)
    measured.unread += gathered.unread
    measure_proxies(gathered.proxies, window, workload_names(MeshGraph(snapshot, session.settings)), measured)
    return snapshot


def _measure_live(
    session: "Session", analyzers: "Sequence[Analyzer]", target: str, window: float, measured: "Measured"
) -> "Snapshot":
    """What the proxies of live clusters tell. Raises UsageError."""
    from meshctl.analysis.analyze import kinds_of
    from meshctl.cli.reaching import live
    from meshctl.graph.kinds.workload import Workload
    from meshctl.graph.mesh import MeshGraph
    from meshctl.proxy.kinds import REQUESTS
    from meshctl.proxy.latency.measure import measure_proxies, workload_names
    from meshctl.proxy.reached import Wanted

    kinds = kinds_of(analyzers) | frozenset(Workload.KINDS)
    # A target may be a namespace, a pod or a workload: with the pods at hand it is known which are meant.
    wanted = Wanted(session.reported_namespace, target=target, tells=REQUESTS)
    nothing = "where to measure? name --dump, --admin-url, --prometheus or --probe"
    place = session.reported_namespace
    with live(session, kinds, wanted, namespace=place, control_planes=False, otherwise=nothing) as seen:
        places = {resource.id.namespace for resource in seen.snapshot.resources if resource.id.kind == "Pod"}
        require_place(place, places, sure=not seen.snapshot.unread)
        measured.unread += seen.gathered.unread

        def wait(seconds: float) -> None:
            time.sleep(seconds)
            seen.deadline.extend(seconds)

        names = workload_names(MeshGraph(seen.snapshot, session.settings))
        measure_proxies(seen.gathered.proxies, window, names, measured, wait)
        return seen.snapshot


def _check_target(target: str, measured: "Measured") -> None:
    """Raise UsageError where nothing was measured of what is wanted, and something of others."""
    from meshctl.proxy.latency.report import concerns, targets

    if target and measured.samples and not any(concerns(sample, target) for sample in measured.samples):
        from meshctl.graph.nearest import Names

        near = Names(targets(measured.samples)).nearest(target)
        raise UsageError(f"no proxy of {target} was measured" + (f": did you mean {near}?" if near else ""))


def _limits(texts: Sequence[str]) -> "list[Limit]":
    from meshctl.proxy.latency.compare import NotALimit, parse_limit

    try:
        return [parse_limit(text) for text in texts]
    except NotALimit as error:
        raise UsageError(f"--fail-on-increase: {error}") from error


def _saved(file: str) -> "list[Group]":
    from meshctl.proxy.latency.saved import NotSaved, decode

    try:
        with open(file, "rb") as opened:
            return decode(opened.read())
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except NotSaved as error:
        raise UsageError(f"{file} {error}") from error


def _save(file: str, groups: "Sequence[Group]") -> None:
    from meshctl.proxy.latency.saved import encode

    try:
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(encode(groups))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


def _probe(through: str, around: str, requests: int, seconds: float, measured: "Measured") -> "Group":
    from meshctl.proxy.latency.measure import measure_probes
    from meshctl.proxy.latency.probe import NotAnAddress

    try:
        return measure_probes(through, around, requests, seconds, measured)
    except NotAnAddress as error:
        raise UsageError(str(error)) from error
