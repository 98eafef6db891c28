"""The commands, put together."""

import typer

from meshctl import __version__
from meshctl.cli.analyze import analyze
from meshctl.cli.codes import codes
from meshctl.cli.explain import explain
from meshctl.cli.options import with_options
from meshctl.cli.overhead import overhead

app = typer.Typer(
    name="meshctl",
    help="Find what is wrong with a service mesh: in its manifests, in the cluster and in the running proxies.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"meshctl {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Find what is wrong with a service mesh: in its manifests, in the cluster and in the running proxies."""


app.command("analyze")(with_options(analyze))
app.command("overhead")(with_options(overhead))
app.command("explain")(explain)
app.command("codes")(codes)
