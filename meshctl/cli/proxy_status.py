"""`meshctl proxy-status`: which proxies run what their control plane sent, and why not."""

import sys
from math import inf
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options
from meshctl.cli.proxies import AdminUrls, Dumps, IstiodUrls, find_pod, sources, states
from meshctl.cli.watch import Rounds, Watch

if TYPE_CHECKING:
    from meshctl.model.proxystate import ProxyState

Pod = Annotated[str, typer.Argument(metavar="[POD]", help="Only this one: NAME, NAME.NAMESPACE or NAMESPACE/NAME.")]
StaleAfter = Annotated[
    float,
    typer.Option("--stale-after", metavar="SECONDS", help="An answer that takes longer than this is overdue."),
]


def proxy_status(
    options: Options,
    pod: Pod = "",
    filename: Filenames = None,
    dump: Dumps = None,
    admin_url: AdminUrls = None,
    istiod_url: IstiodUrls = None,
    stale_after: StaleAfter = 30.0,
    watch: Watch = None,
) -> int:
    """Show for each proxy whether it runs what its control plane sent, and if not, why not.

    Asked are the proxies and istiods of live clusters, unless recordings, ports or a bundle are named.
    """
    from meshctl.analysis.proxy_status import proxy_status as run
    from meshctl.analysis.proxy_status import summary
    from meshctl.cli.session import Session

    if not 0 <= stale_after < inf:
        raise UsageError("--stale-after takes a number of seconds, 0 or more")
    given = sources(options, filename, dump, admin_url, istiod_url)
    session = Session(options, filename or (), live=given is None)
    analyzers, rounds = session.analyzers(), Rounds(watch, session.targets)
    before: tuple[ProxyState, ...] = ()

    def once() -> int:
        nonlocal before
        mesh = states(session, given, analyzers, pod, stale_after=stale_after, before=before)
        before = mesh.facts.states
        chosen = find_pod(mesh, pod, options.namespace) if pod else None
        analysis = run(mesh, analyzers, namespace=session.reported_namespace, pod=chosen)
        rounds.begin()
        if not options.quiet:
            told = summary(analysis.result.tables["proxies"], complete=not analysis.result.unread)
            sys.stderr.write(f"{told}\n")
        return session.finish(analysis.result, analysis.crashes)

    return rounds.run(once)
