"""`meshctl overhead`: what the sidecars cost."""

from typing import Annotated

import typer

from meshctl.cli.options import Filenames, Options

Target = Annotated[str, typer.Argument(metavar="[NAMESPACE]", help="Only this namespace.")]


def overhead(options: Options, target: Target = "", filename: Filenames = None) -> int:
    """Show what CPU and memory the sidecars are given, largest first, and what ambient mode would use instead."""
    from meshctl.analysis.overhead import overhead as run
    from meshctl.cli.session import Session

    session = Session(options, filename or ())
    analyzers = session.analyzers()
    analysis = run(session.mesh(), analyzers, namespace=target or session.reported_namespace)
    return session.finish(analysis.result, analysis.crashes)
