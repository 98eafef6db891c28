"""`meshctl inject-check`: who should have a sidecar, and who has."""

import sys
from typing import Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options

Target = Annotated[str, typer.Argument(metavar="NAMESPACE", help="The namespace to check; -A for all.")]


def inject_check(options: Options, target: Target = "", filename: Filenames = None) -> int:
    """Show for each workload of a namespace whether it should have a sidecar, whether it has, and what decides."""
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.inject_check import READS, SUBJECT, notes
    from meshctl.analysis.inject_check import inject_check as run
    from meshctl.cli.namespaces import require_namespace
    from meshctl.cli.session import Session

    session = Session(options, filename or ())
    namespace = "" if options.all_namespaces else target or options.namespace
    if not namespace and not options.all_namespaces:
        raise UsageError("which namespace? name one, or use -A for all")
    analyzers = session.analyzers()
    mesh = session.mesh(READS | kinds_of(a for a in analyzers if a.subject == SUBJECT), namespace=namespace)
    require_namespace(mesh, namespace)
    analysis = run(mesh, analyzers, namespace=namespace)
    if not options.quiet:
        rows = analysis.result.tables["workloads"]
        for note in [*notes(mesh, rows), *([] if rows else [f"There is no workload in {namespace or 'the input'}."])]:
            sys.stderr.write(f"{note}\n")
    return session.finish(analysis.result, analysis.crashes)
