"""`meshctl analyze`: what is wrong."""

from typing import Annotated

import typer

from meshctl.cli.options import Options

Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files, directories, or - for stdin.")]
Helm = Annotated[list[str] | None, typer.Option("--helm", metavar="CHART", help="Render a chart. Repeatable.")]
Values = Annotated[
    list[str] | None, typer.Option("-f", "--values", metavar="FILE", help="Values for --helm. Repeatable.")
]


def analyze(options: Options, paths: Paths = None, helm: Helm = None, values: Values = None) -> int:
    """Find what is wrong in manifests: YAML and JSON files, directories, kustomizations, charts."""
    from meshctl.analysis.analyze import analyze as run
    from meshctl.cli.session import Session

    session = Session(options, paths or (), helm=helm or (), values=values or ())
    analyzers = session.analyzers()
    analysis = run(session.mesh(), analyzers, namespace=session.reported_namespace)
    return session.finish(analysis.result, analysis.crashes)
