"""`meshctl drift`: what the resources ask for, what the control plane sends, what the proxies run."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options
from meshctl.cli.proxies import AdminUrls, Dumps, IstiodUrls, sources

if TYPE_CHECKING:
    from meshctl.cli.session import Session
    from meshctl.proxy.gather import Gathered
    from meshctl.sources.snapshot import Snapshot

Pods = Annotated[list[str] | None, typer.Argument(metavar="[POD]...", help="Only these proxies: NAME, NAME.NAMESPACE.")]


def drift(
    options: Options,
    pod: Pods = None,
    filename: Filenames = None,
    dump: Dumps = None,
    admin_url: AdminUrls = None,
    istiod_url: IstiodUrls = None,
) -> int:
    """Compare, field by field, what the resources ask for, what the control plane sends and what the proxies run."""
    from dataclasses import replace

    from meshctl.analysis.drift import drift as run
    from meshctl.analysis.drift import summary
    from meshctl.cli.session import Session
    from meshctl.graph.mesh import MeshGraph
    from meshctl.model.facts import Facts
    from meshctl.proxy.drift.drift import drift as compare
    from meshctl.proxy.drift.drift import selected
    from meshctl.proxy.gather import NoSource, gather

    session = Session(options, filename or ())
    given = sources(options, dump, admin_url, istiod_url)
    analyzers = session.analyzers()
    try:
        gathered = gather(given)
    except NoSource as error:
        raise UsageError(str(error)) from error
    for name in pod or ():
        if not any(selected(proxy, [name]) for proxy in gathered.proxies):
            raise UsageError(f"there is no proxy {name}{_near(name, [p.name for p in gathered.proxies])}")
    snapshot = _wanted(session, gathered, dump)
    found = compare(MeshGraph(snapshot, session.settings), gathered, pod or (), namespace=session.reported_namespace)
    snapshot = replace(snapshot, inputs=(*snapshot.inputs, *given.names), unread=(*snapshot.unread, *found.unread))
    mesh = MeshGraph(snapshot, session.settings, Facts(states=found.refused, differences=found.differences))
    analysis = run(mesh, analyzers, checked=found.checked)
    if not options.quiet:
        sys.stderr.write(f"{summary(found.differences, found.checked, found.without)}\n")
    return session.finish(analysis.result, analysis.crashes)


def _near(name: str, known: list[str]) -> str:
    from meshctl.graph.nearest import Names

    near = Names(known).nearest(name) or next((pod for pod in sorted(known) if pod.startswith(f"{name}-")), "")
    return f": did you mean {near}?" if near else ""


def _wanted(session: "Session", gathered: "Gathered", dumps: list[str] | None) -> "Snapshot":
    """The resources: those given, else those of the cluster, else those that a recorded istiod says it holds.

    A recording is not compared with a cluster that nobody named: it may have been taken of another one, or long ago.
    """
    from meshctl.cli.live import is_available
    from meshctl.graph.drifted import COMPARED
    from meshctl.proxy.drift.sent import held_resources
    from meshctl.sources.snapshot import Snapshot

    options = session.options
    if session.has_files:
        return session.files()
    named = bool(options.context or options.kubeconfig)
    if named or (not dumps and is_available(options, session.configuration.contexts)):
        return session.live(frozenset(key for kind in COMPARED for key in kind.KINDS))
    return Snapshot(resources=held_resources(gathered.control_planes))
