"""`meshctl codes`: every check there is."""

from typing import Annotated

import typer

from meshctl.cli import completion

Tokens = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CODE]...", help="Only these codes, names or prefixes.", autocompletion=completion.codes),
]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FORMAT[=FILE]",
        help="human, json or markdown. Repeatable.",
        autocompletion=completion.formats(("human", "json", "markdown")),
    ),
]


def codes(tokens: Tokens = None, output: Output = None) -> int:
    """List the checks: code, name, severity and what each finds."""
    from meshctl.cli.catalogue import catalogue
    from meshctl.cli.output import output_targets, write_reports
    from meshctl.reports.documentation import LISTS

    targets = output_targets(output or (), LISTS)
    found = catalogue(tokens or ())
    write_reports(targets, lambda format_name, style: LISTS[format_name](found, style))
    return 0
