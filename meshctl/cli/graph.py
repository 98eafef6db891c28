"""`meshctl graph`: what refers to what."""

import sys
from typing import Annotated

import typer

from meshctl.cli.options import Filenames, Options

Name = Annotated[
    list[str] | None,
    typer.Argument(metavar="[RESOURCE]", help="kind/name or kind/namespace/name; everything if left out."),
]
Depth = Annotated[
    int | None,
    typer.Option("--depth", metavar="N", min=0, help="How far from RESOURCE (default: 2; with --impact any distance)."),
]
Impact = Annotated[bool, typer.Option("--impact", help="Only what depends on RESOURCE.")]


def graph(
    options: Options, resource: Name = None, filename: Filenames = None, depth: Depth = None, impact: Impact = False
) -> int:
    """Draw what refers to what, as dot (the default), mermaid or json: all of it, or around one resource."""
    from meshctl.cli.errors import UsageError
    from meshctl.cli.session import Session
    from meshctl.graph.export import export
    from meshctl.graph.lookup import LookupFailed, find
    from meshctl.graph.network import drawn_kinds
    from meshctl.model.result import Result
    from meshctl.reports.formats import GRAPH_FORMATS

    if not resource and (impact or depth is not None):
        raise UsageError("--depth and --impact need a RESOURCE to start from")
    session = Session(options, filename or (), formats=GRAPH_FORMATS)
    mesh = session.mesh(drawn_kinds(), namespace=session.reported_namespace)
    snapshot = mesh.snapshot
    try:
        start = find((r.id for r in snapshot.resources), " ".join(resource), options.namespace) if resource else None
    except LookupFailed as error:
        raise UsageError(str(error)) from error
    tables = export(mesh, start, depth=depth, impact=impact, namespace=session.reported_namespace)
    if not options.quiet:
        # A drawing has no place for it.
        for unread in snapshot.unread:
            sys.stderr.write(f"meshctl: not read: {unread.what}: {unread.why}\n")
    result = Result(
        inputs=snapshot.inputs,
        unread=snapshot.unread,
        resources=len(snapshot.resources),
        files=snapshot.files,
        tables=tables,
    )
    return session.finish(result)
