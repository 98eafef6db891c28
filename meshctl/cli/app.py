"""The commands, put together."""

import typer

from meshctl import __version__
from meshctl.cli import baseline, config
from meshctl.cli.analyze import analyze
from meshctl.cli.capture import FLAGS as CAPTURE_FLAGS
from meshctl.cli.capture import capture
from meshctl.cli.codes import codes
from meshctl.cli.doctor import FLAGS as DOCTOR_FLAGS
from meshctl.cli.doctor import doctor
from meshctl.cli.drift import drift
from meshctl.cli.explain import explain
from meshctl.cli.graph import graph
from meshctl.cli.inject_check import inject_check
from meshctl.cli.latency import latency
from meshctl.cli.options import with_options
from meshctl.cli.overhead import overhead
from meshctl.cli.proxy_status import proxy_status
from meshctl.cli.serve import FLAGS as SERVE_FLAGS
from meshctl.cli.serve import serve
from meshctl.reports.formats import DOCTOR_FORMATS, GRAPH_FORMATS

app = typer.Typer(
    name="meshctl",
    help="Find what is wrong with a service mesh: in its manifests, in the cluster, in the running proxies.",
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
    """Find what is wrong with a service mesh: in its manifests, in the cluster, in the running proxies."""


app.command("analyze", short_help="Find what is wrong in manifests or a cluster.")(with_options(analyze))
app.command("inject-check", short_help="Show which workloads get a proxy, and why.")(with_options(inject_check))
app.command("overhead", short_help="Show what the sidecars cost, and what ambient mode would.")(with_options(overhead))
app.command("latency", short_help="Show how long requests take, and what the proxies add.")(with_options(latency))
app.command("proxy-status", short_help="Show which proxies run what they were sent.")(with_options(proxy_status))
app.command("drift", short_help="Show where proxies do not run what resources ask for.")(with_options(drift))
app.command("explain", short_help="Explain a code: why, an example, the fix.")(explain)
app.command("codes", short_help="List the checks.")(codes)
app.command("graph", short_help="Draw what refers to what.")(with_options(graph, GRAPH_FORMATS))
app.command("capture", short_help="Write a live cluster into a file that every command reads.")(
    with_options(capture, flags=CAPTURE_FLAGS)
)
app.command("doctor", short_help="Show whether clusters can be read, and what to do where not.")(
    with_options(doctor, DOCTOR_FORMATS, DOCTOR_FLAGS)
)

app.command("serve", short_help="Analyze at intervals: the report and metrics over HTTP.")(
    with_options(serve, flags=SERVE_FLAGS)
)

_baseline = typer.Typer(help="The findings that a project has chosen to mend later.", no_args_is_help=True)
_baseline.command("write", short_help="Put all that is found into it.")(
    with_options(baseline.write, flags=baseline.FLAGS)
)
_baseline.command("prune", short_help="Remove what is not found any more.")(
    with_options(baseline.prune, flags=baseline.FLAGS)
)
_baseline.command("check", short_help="Fail if it has what is not found any more.")(
    with_options(baseline.check, flags=baseline.CHECK_FLAGS)
)
app.add_typer(_baseline, name="baseline")

_config = typer.Typer(help="What a run goes by: .meshctl.yaml, variables and flags.", no_args_is_help=True)
_config.command("show", short_help="Print every setting with its origin.")(
    with_options(config.show, flags=config.FLAGS)
)
_config.command("schema", short_help="Print the JSON schema of .meshctl.yaml.")(config.schema)
_config.command("validate", short_help="Say what is wrong with .meshctl.yaml.")(
    with_options(config.validate, flags=config.FILE_FLAGS)
)
app.add_typer(_config, name="config")
