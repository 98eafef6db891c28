"""`meshctl serve`: the analysis again and again, with its last report and its metrics over HTTP."""

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.analyze import BaselineFile, Helm, Values
from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

if TYPE_CHECKING:
    from meshctl.cli.runs import Reports

FLAGS = (
    *("namespace", "all_namespaces", "context", "kubeconfig", "fail_on", "select", "ignore", "suppress", "config"),
    *("no_config", "complete", "no_cache", "mesh_config", "mesh_networks", "revision", "istio_namespace"),
    *("cluster_domain", "timeout", "quiet", "debug"),
)
_SHORTEST, _LONGEST = 1, 86_400
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}

Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files or directories.")]
Interval = Annotated[str, typer.Option("--interval", metavar="TIME", help="The pause between two runs: 30s, 5m, 1h.")]
Listen = Annotated[str, typer.Option("--listen", metavar="HOST:PORT", help=":PORT for every address.")]


def serve(
    options: Options,
    paths: Paths = None,
    helm: Helm = None,
    values: Values = None,
    baseline: BaselineFile = "",
    interval: Interval = "5m",
    listen: Listen = "127.0.0.1:9090",
) -> int:
    """Analyze manifests or live clusters again and again, and show the last report over HTTP.

    / is the report as a page, /report.json the same for programs, /metrics is for Prometheus, and /healthz a sign of
    life. A run that fails leaves the last report in place, and the metrics say so. SIGTERM ends it with code 0.
    """
    from meshctl.cli.runs import Runs
    from meshctl.cli.webserver import WebServer

    pause, (host, port) = seconds(interval), address(listen)
    if "-" in (paths or ()):
        raise UsageError("serve reads its input again and again: name files or directories instead of stdin")

    def once(again: bool) -> "Reports | None":
        # What is worth a note is so in each run.
        return _once(replace(options, quiet=options.quiet or again), paths or (), helm or (), values or (), baseline)

    runs = Runs(once, pause, quiet=options.quiet, debug=options.debug)
    try:
        server = WebServer(host, port, runs)
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot listen on {listen}: {getattr(error, 'strerror', None) or error}") from error
    with server:
        if not options.quiet:
            sys.stderr.write(f"Serving {server.url} with a pause of {pause:g} s between two runs.\n")
        return runs.run()


def _once(
    options: Options, paths: Sequence[str], helm: Sequence[str], values: Sequence[str], baseline: str
) -> "Reports | None":
    """The reports of one run, which begins with the configuration; None if nothing could be read."""
    from meshctl.analysis.analyze import analyze, kinds_of
    from meshctl.cli.output import file_style
    from meshctl.cli.runs import Reports
    from meshctl.cli.session import Session
    from meshctl.reports.formats import render

    session = Session(options, paths, helm=helm, values=values, configured_paths=True, baseline=baseline)
    analyzers, namespace = session.analyzers(), session.reported_namespace
    analysis = analyze(session.mesh(kinds_of(analyzers), namespace=namespace), analyzers, namespace=namespace)
    if options.debug:
        for crash in analysis.crashes:
            sys.stderr.write(f"{crash.analyzer.code} {crash.analyzer.name}:\n{crash.traceback}\n")
    result = replace(analysis.result, fail_on=session.fail_on)
    if result.unread and not result.resources:
        for unread in result.unread:
            sys.stderr.write(f"meshctl: {unread.what} was not read: {unread.why}\n")
        return None
    page, report, metrics = (render(result, name, file_style()) for name in ("html", "json", "prometheus"))
    counts = f"{len(result.findings):,} findings in {result.resources:,} resources, {len(result.unread):,} not read"
    return Reports(page.encode(), report.encode(), metrics, counts)


def seconds(text: str) -> float:
    """A time such as 30s, 5m or 1h. Raises UsageError."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smh]?)", text)
    value = float(match[1]) * _UNITS[match[2]] if match else 0.0
    if not _SHORTEST <= value <= _LONGEST:
        raise UsageError(f"--interval takes a time from 1s to 24h, such as 30s or 5m, not {text!r}")
    return value


def address(text: str) -> tuple[str, int]:
    """Host and port; the host is empty for every address. Raises UsageError."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]/@\s]*):([0-9]{1,5})", text)
    if not match or int(match[2]) > 65535:
        raise UsageError(f"--listen takes HOST:PORT, such as 127.0.0.1:9090 or :9090, not {text!r}")
    return match[1].strip("[]"), int(match[2])
