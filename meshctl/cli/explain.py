"""`meshctl explain`: what a code means, from the checks themselves."""

from typing import Annotated

import typer

from meshctl.cli import completion

Code = Annotated[
    str,
    typer.Argument(
        metavar="CODE|NAME", help="As a report has it: IST0101, or the name beside it.", autocompletion=completion.codes
    ),
]


def explain(code: Code) -> int:
    """Explain a code: why it matters, an example, how to fix it, when it is silent."""
    from meshctl.cli.catalogue import catalogue
    from meshctl.cli.output import terminal_style, write_stdout
    from meshctl.reports.documentation import explanation

    found = catalogue([code])
    # A whole code or name means just that; anything shorter is a prefix.
    exact = [a for a in found if code.upper() == a.code or code == a.name]
    write_stdout(explanation(exact or found, terminal_style()))
    return 0
