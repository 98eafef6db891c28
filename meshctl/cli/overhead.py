"""`meshctl overhead`: what the sidecars cost."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options
from meshctl.model.facts import Facts
from meshctl.model.result import Unread

if TYPE_CHECKING:
    from meshctl.graph.mesh import MeshGraph

Target = Annotated[str, typer.Argument(metavar="[NAMESPACE]", help="Only this namespace.")]
Prometheus = Annotated[
    str,
    typer.Option(
        "--prometheus",
        metavar="URL",
        help="Measure the use over a window with this Prometheus ($MESHCTL_PROMETHEUS_HEADER is sent).",
    ),
]
Window = Annotated[
    str, typer.Option("--window", metavar="TIME", help="With --prometheus: the last TIME, as 1h (default) or 7d.")
]
Headroom = Annotated[
    str, typer.Option("--headroom", metavar="PERCENT", help="What a right size has beyond the use (default: 30%).")
]

DEFAULT_WINDOW = "1h"
_LONGEST_DAYS = 30

_PERCENT = re.compile(r"(\d{1,4})%?", re.ASCII)


@dataclass(frozen=True)
class Seen:
    """What came of asking Prometheus."""

    facts: Facts = field(default_factory=Facts)
    inputs: Sequence[str] = ()
    unread: Sequence[Unread] = ()
    notes: Sequence[str] = ()


def overhead(
    options: Options,
    target: Target = "",
    filename: Filenames = None,
    prometheus: Prometheus = "",
    window: Window = "",
    headroom: Headroom = "",
) -> int:
    """Show what the sidecars are given and use, largest first, what would be enough, and what ambient mode costs."""
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.overhead import READS, SUBJECT
    from meshctl.analysis.overhead import overhead as run
    from meshctl.analysis.overheadnotes import notes
    from meshctl.analysis.rightsizing import DEFAULT_HEADROOM
    from meshctl.cli.namespaces import require_namespace
    from meshctl.cli.session import Session
    from meshctl.graph.mesh import MeshGraph

    if window and not prometheus:
        raise UsageError("--window is for --prometheus: the metrics API knows this moment alone")
    percent = _percent(headroom) if headroom else DEFAULT_HEADROOM
    seconds = _seconds(window or DEFAULT_WINDOW)
    session = Session(options, filename or ())
    if prometheus and not session.has_files and len(session.contexts) > 1:
        raise UsageError("--prometheus knows one cluster: name one --context")
    analyzers = session.analyzers()
    namespace = "" if options.all_namespaces else target or options.namespace
    mesh = session.mesh(READS | kinds_of(a for a in analyzers if a.subject == SUBJECT), namespace=namespace)
    require_namespace(mesh, namespace)
    seen = _measure(prometheus, seconds, options.timeout, mesh, namespace) if prometheus else Seen()
    mesh = MeshGraph(mesh.snapshot, session.settings, seen.facts)
    analysis = run(mesh, analyzers, namespace=namespace, headroom=percent)
    if not options.quiet:
        for note in (*seen.notes, *notes(mesh)):
            sys.stderr.write(f"{note}\n")
    result = analysis.result
    result = replace(result, inputs=[*result.inputs, *seen.inputs], unread=[*result.unread, *seen.unread])
    return session.finish(result, analysis.crashes)


def _percent(text: str) -> int:
    found = _PERCENT.fullmatch(text)
    if not found:
        raise UsageError(f"--headroom {text} is no share: write it in whole percent, as 30%")
    return int(found[1])


def _seconds(text: str) -> float:
    from meshctl.model.timespan import seconds
    from meshctl.sources.containeruse import SHORTEST

    found = seconds(text) or 0.0
    if not SHORTEST <= found <= _LONGEST_DAYS * 86400:
        raise UsageError(f"{text!r} is no window: write a time from 5m to {_LONGEST_DAYS}d, as 1h or 7d")
    return found


def _measure(url: str, window: float, timeout: float, mesh: "MeshGraph", namespace: str) -> Seen:
    """What Prometheus knows of the proxies of one cluster, or why it is not known. Raises UsageError."""
    from meshctl.graph.usage import PROXIES
    from meshctl.sources.containeruse import read_use
    from meshctl.sources.prometheus import Unavailable, address_shown

    try:
        inputs = [address_shown(url)]
        found = read_use(url, window, timeout, proxies=PROXIES, cluster=mesh.clusters[0], namespace=namespace)
    except Unavailable as error:
        return Seen(unread=[Unread("Prometheus", str(error))], inputs=inputs)
    except ValueError as error:
        raise UsageError(str(error)) from error
    lacking = (
        "Prometheus knows no use of proxies in this window: it needs container_cpu_usage_seconds_total and "
        "container_memory_working_set_bytes of the kubelets (cAdvisor)."
    )
    facts = Facts(proxy_uses=found.proxies, namespace_uses=found.namespaces)
    return Seen(facts, inputs=inputs, notes=() if found.proxies else [lacking])
