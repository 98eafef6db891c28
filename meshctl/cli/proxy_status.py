"""`meshctl proxy-status`: which proxies run what their control plane sent, and why not."""

import sys
from typing import Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options
from meshctl.cli.proxies import AdminUrls, Dumps, IstiodUrls, facts_and_resources, find_pod, sources

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
) -> int:
    """Show for each proxy whether it runs what its control plane sent, and if not, why not."""
    from meshctl.analysis.proxy_status import proxy_status as run
    from meshctl.analysis.proxy_status import summary
    from meshctl.cli.session import Session

    if stale_after < 0:
        raise UsageError("--stale-after cannot be negative")
    session = Session(options, filename or ())
    given = sources(options, dump, admin_url, istiod_url)
    analyzers = session.analyzers()
    mesh = facts_and_resources(session, given, stale_after=stale_after)
    chosen = find_pod(mesh, pod, options.namespace) if pod else None
    analysis = run(mesh, analyzers, namespace=session.reported_namespace, pod=chosen)
    if not options.quiet:
        sys.stderr.write(f"{summary(analysis.result.tables['proxies'])}\n")
    return session.finish(analysis.result, analysis.crashes)
