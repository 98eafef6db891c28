"""`meshctl trace`: what one request meets on its way."""

from typing import Annotated

import typer

from meshctl.cli.options import Filenames, Options

From = Annotated[
    str,
    typer.Argument(
        metavar="FROM",
        help="Who asks: deploy/NAME, NAMESPACE/NAME, NAME, gateway/NAME, or outside.",
    ),
]
To = Annotated[str, typer.Argument(metavar="TO", help="What is asked: host, host:port, an URL, or svc/NAME.")]
Method = Annotated[str, typer.Option("--method", metavar="METHOD", help="Of the request (default: GET).")]
Path = Annotated[str, typer.Option("--path", metavar="PATH", help="Of the request, with its query (default: /).")]
Header = Annotated[
    list[str] | None,
    typer.Option("--header", metavar="NAME=VALUE", help="Of the request, also 'NAME: VALUE'. Repeatable."),
]
Port = Annotated[
    int | None, typer.Option("--port", metavar="PORT", min=1, max=65_535, help="That is asked, where TO has none.")
]


def trace(
    options: Options,
    client: From,
    target: To,
    filename: Filenames = None,
    method: Method = "",
    path: Path = "",
    header: Header = None,
    port: Port = None,
) -> int:
    """Follow one request through the mesh: each decision with the field that makes it, and who is to blame."""
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.trace import READS, SUBJECT
    from meshctl.analysis.trace import trace as run
    from meshctl.cli.errors import UsageError
    from meshctl.cli.session import Session
    from meshctl.graph.lookup import LookupFailed
    from meshctl.graph.trace.call import BadCall, parse_header
    from meshctl.model.question import Question
    from meshctl.model.result import Unread

    session = Session(options, filename or ())
    unread: tuple[Unread, ...] = ()
    try:
        headers = dict(parse_header(text) for text in header or ())
        question = Question(client, target, method, path, headers, port, session.reported_namespace)
        analyzers = session.analyzers()
        mesh = session.mesh(READS | kinds_of(a for a in analyzers if a.subject == SUBJECT))
        unread = mesh.snapshot.unread
        analysis = run(mesh, analyzers, question)
    except LookupFailed as error:
        beside = f" (not read: {unread[0].what}: {unread[0].why})" if unread else ""
        raise UsageError(f"{error}{beside}") from error
    except BadCall as error:
        raise UsageError(str(error)) from error
    return session.finish(analysis.result, analysis.crashes)
