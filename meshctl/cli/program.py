"""The command line: only the command that is called is imported, for all together take as long as an analysis."""

from collections.abc import Callable, Mapping

import typer

from meshctl import __version__

Command = Callable[..., int]

_ABOUT = "Find what is wrong with a service mesh: in its manifests, in the cluster, in the running proxies."


def program(called: str = "") -> typer.Typer:
    """The command line with the command of that name, or with every command where none is called so."""
    commands = typer.Typer(
        name="meshctl",
        help=_ABOUT,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    commands.callback()(_top)
    for name in [called] if called in _COMMANDS else _COMMANDS:
        about, command = _COMMANDS[name]
        found = command()
        if isinstance(found, typer.Typer):
            commands.add_typer(found, name=name, help=about)
        else:
            commands.command(name, short_help=about)(found)
    return commands


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"meshctl {__version__}")
        raise typer.Exit


def _top(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


_top.__doc__ = _ABOUT


def _analyze() -> Command:
    from meshctl.cli.analyze import analyze
    from meshctl.cli.options import with_options

    return with_options(analyze)


def _inject_check() -> Command:
    from meshctl.cli.inject_check import inject_check
    from meshctl.cli.options import with_options

    return with_options(inject_check)


def _overhead() -> Command:
    from meshctl.cli.options import with_options
    from meshctl.cli.overhead import overhead

    return with_options(overhead)


def _latency() -> Command:
    from meshctl.cli.latency import latency
    from meshctl.cli.options import with_options

    return with_options(latency)


def _proxy_status() -> Command:
    from meshctl.cli.options import with_options
    from meshctl.cli.proxy_status import proxy_status

    return with_options(proxy_status)


def _drift() -> Command:
    from meshctl.cli.drift import drift
    from meshctl.cli.options import with_options

    return with_options(drift)


def _explain() -> Command:
    from meshctl.cli.explain import explain

    return explain


def _codes() -> Command:
    from meshctl.cli.codes import codes

    return codes


def _graph() -> Command:
    from meshctl.cli.graph import graph
    from meshctl.cli.options import with_options
    from meshctl.reports.formats import GRAPH_FORMATS

    return with_options(graph, GRAPH_FORMATS)


def _trace() -> Command:
    from meshctl.cli.options import with_options
    from meshctl.cli.trace import trace

    return with_options(trace)


def _capture() -> Command:
    from meshctl.cli.capture import FLAGS, capture
    from meshctl.cli.options import with_options

    return with_options(capture, flags=FLAGS)


def _doctor() -> Command:
    from meshctl.cli.doctor import FLAGS, doctor
    from meshctl.cli.options import with_options
    from meshctl.reports.formats import DOCTOR_FORMATS

    return with_options(doctor, DOCTOR_FORMATS, FLAGS)


def _serve() -> Command:
    from meshctl.cli.options import with_options
    from meshctl.cli.serve import FLAGS, serve

    return with_options(serve, flags=FLAGS)


def _fleet() -> Command:
    from meshctl.cli.fleet import fleet
    from meshctl.cli.options import with_options

    return with_options(fleet)


def _baseline() -> typer.Typer:
    from meshctl.cli import baseline
    from meshctl.cli.options import with_options

    group = typer.Typer(no_args_is_help=True)
    for name, about, command, flags in (
        ("write", "Put all that is found into it.", baseline.write, baseline.FLAGS),
        ("prune", "Remove what is not found any more.", baseline.prune, baseline.FLAGS),
        ("check", "Fail if it has what is not found any more.", baseline.check, baseline.CHECK_FLAGS),
    ):
        group.command(name, short_help=about)(with_options(command, flags=flags))
    return group


def _config() -> typer.Typer:
    from meshctl.cli import config
    from meshctl.cli.options import with_options

    group = typer.Typer(no_args_is_help=True)
    group.command("show", short_help="Print every setting with its origin.")(
        with_options(config.show, flags=config.FLAGS)
    )
    group.command("schema", short_help="Print the JSON schema of .meshctl.yaml.")(config.schema)
    group.command("validate", short_help="Say what is wrong with .meshctl.yaml.")(
        with_options(config.validate, flags=config.FILE_FLAGS)
    )
    return group


# In the order of the help: name -> what it does in a line, and how to get it.
_COMMANDS: Mapping[str, tuple[str, Callable[[], Command | typer.Typer]]] = {
    "analyze": ("Find what is wrong in manifests or a cluster.", _analyze),
    "inject-check": ("Show which workloads get a proxy, and why.", _inject_check),
    "overhead": ("Show what the sidecars cost, and what ambient mode would.", _overhead),
    "latency": ("Show how long requests take, and what the proxies add.", _latency),
    "proxy-status": ("Show which proxies run what they were sent.", _proxy_status),
    "drift": ("Show where proxies do not run what resources ask for.", _drift),
    "explain": ("Explain a code: why, an example, the fix.", _explain),
    "codes": ("List the checks.", _codes),
    "trace": ("Follow one request through the mesh, to the field that fails it.", _trace),
    "graph": ("Draw what refers to what.", _graph),
    "capture": ("Write a live cluster into a file that every command reads.", _capture),
    "doctor": ("Show whether clusters can be read, and what to do where not.", _doctor),
    "fleet": ("Analyze many clusters, and tell in what they differ.", _fleet),
    "serve": ("Analyze at intervals: the report and metrics over HTTP.", _serve),
    "baseline": ("The findings that a project has chosen to mend later.", _baseline),
    "config": ("What a run goes by: .meshctl.yaml, variables and flags.", _config),
}
