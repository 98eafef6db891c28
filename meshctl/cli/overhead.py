"""`meshctl overhead`: what the sidecars cost."""

from typing import Annotated

import typer

from meshctl.cli.options import Filenames, Options

Target = Annotated[str, typer.Argument(metavar="[NAMESPACE]", help="Only this namespace.")]


def overhead(options: Options, target: Target = "", filename: Filenames = None) -> int:
    """Show what CPU and memory the sidecars are given, largest first, and what ambient mode would use instead."""
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.overhead import READS, SUBJECT
    from meshctl.analysis.overhead import overhead as run
    from meshctl.cli.session import Session

    session = Session(options, filename or ())
    analyzers, namespace = session.analyzers(), target or session.reported_namespace
    mesh = session.mesh(READS | kinds_of(a for a in analyzers if a.subject == SUBJECT), namespace=namespace)
    analysis = run(mesh, analyzers, namespace=namespace)
    return session.finish(analysis.result, analysis.crashes)
