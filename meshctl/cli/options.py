"""The flags that commands share, each declared once."""

import inspect
from collections.abc import Callable, Collection
from copy import copy
from dataclasses import Field, dataclass, fields
from enum import StrEnum
from typing import Annotated, Any, Concatenate, ParamSpec, get_args

import typer

from meshctl.cli.completion import codes, contexts, formats, namespaces
from meshctl.reports.formats import FORMATS

P = ParamSpec("P")


class FailOn(StrEnum):
    """From which severity on a run fails."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


Filenames = Annotated[
    list[str] | None,
    typer.Option("-f", "--filename", metavar="PATH", help="File, directory, bundle or - for stdin. Repeatable."),
]


def _separated(tokens: list[str] | None) -> list[str]:
    """`A,B` and `C` as `A`, `B` and `C`."""
    return [token for given in tokens or () for token in given.split(",") if token]


@dataclass(frozen=True)
class Options:
    """The shared flags as given; empty or None where not."""

    namespace: Annotated[
        str,
        typer.Option(
            "-n",
            "--namespace",
            metavar="NS",
            help="Report on this one, live read it alone; files without one are in it.",
            autocompletion=namespaces,
        ),
    ] = ""
    all_namespaces: Annotated[bool, typer.Option("-A", "--all-namespaces", help="All of them, also with -n.")] = False
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", metavar="FORMAT[=FILE]", help="Repeatable."),
    ] = None
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="The cluster of this kubeconfig context. Repeatable.",
            autocompletion=contexts,
        ),
    ] = None
    kubeconfig: Annotated[
        str, typer.Option("--kubeconfig", metavar="FILE", help="Instead of $KUBECONFIG and ~/.kube/config.")
    ] = ""
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit 1 from this severity on (default: error).")
    ] = None
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="CODE",
            help="Only this code, name or prefix. Repeatable, or with commas.",
            autocompletion=codes,
            callback=_separated,
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="CODE",
            help="Not this code, name or prefix. Repeatable, or with commas.",
            autocompletion=codes,
            callback=_separated,
        ),
    ] = None
    suppress: Annotated[
        list[str] | None,
        typer.Option(
            "--suppress", metavar="CODE=RESOURCE", help="Not on these, as 'IST0101=VirtualService shop/*'. Repeatable."
        ),
    ] = None
    config: Annotated[
        str, typer.Option("--config", metavar="FILE", help="Configuration instead of the nearest .meshctl.yaml.")
    ] = ""
    no_config: Annotated[bool, typer.Option("--no-config", help="Read no configuration file.")] = False
    complete: Annotated[
        bool, typer.Option("--complete", help="The input is the whole cluster: what is not in it does not exist.")
    ] = False
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Parse every file anew and store nothing.")] = False
    mesh_config: Annotated[
        str, typer.Option("--mesh-config", metavar="FILE", help="Istio's MeshConfig instead of that in the input.")
    ] = ""
    mesh_networks: Annotated[
        str, typer.Option("--mesh-networks", metavar="FILE", help="Istio's MeshNetworks instead of that in the input.")
    ] = ""
    revision: Annotated[
        str, typer.Option("--revision", metavar="REV", help="The control plane revision that `istio-injection` means.")
    ] = ""
    istio_namespace: Annotated[
        str, typer.Option("--istio-namespace", metavar="NS", help="Where Istio runs (default: istio-system).")
    ] = ""
    cluster_domain: Annotated[
        str, typer.Option("--cluster-domain", metavar="DOMAIN", help="DNS domain of the cluster (cluster.local).")
    ] = ""
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", metavar="SECONDS", help="Time limit of each cluster, and of a helm or kustomize run."
        ),
    ] = 60.0
    sarif_suppressed: Annotated[
        bool, typer.Option("--sarif-suppressed", help="SARIF has what is suppressed or in the baseline too, so marked.")
    ] = False
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No notes and no progress on stderr.")] = False
    debug: Annotated[bool, typer.Option("--debug", help="Tracebacks of crashes and timings on stderr.")] = False


def with_options(
    command: Callable[Concatenate[Options, P], int],
    formats: Collection[str] = FORMATS,
    flags: Collection[str] | None = None,
) -> Callable[..., int]:
    """A command whose first parameter is Options, as typer wants it: with each shared flag as its own parameter.

    `formats` are those that its `-o` takes; `flags` the fields of Options that it offers, all if left out.
    """
    own = list(inspect.signature(command).parameters.values())[1:]
    shared = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=_flag(f, formats))
        for f in fields(Options)
        if flags is None or f.name in flags
    ]
    names = {p.name for p in shared}

    def run(**given: Any) -> int:
        options = Options(**{name: given.pop(name) for name in names})
        return command(options, **given)  # type: ignore[call-arg]

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + shared
    )
    run.__annotations__ = {p.name: p.annotation for p in (*own, *shared)}
    return run


def _flag(field: Field[Any], known: Collection[str]) -> Any:
    """The annotation of a shared flag, with its variable, and with the formats that `-o` takes in its help."""
    given, option = get_args(field.type)
    option = copy(option)
    if field.name == "output":
        *others, last = known
        option.help = f"{', '.join(others)} or {last}. Repeatable."
        option.autocompletion = formats(known)
    # Variables are cut at blanks, which every suppression has.
    if field.name != "suppress":
        option.envvar, option.show_envvar = variable(field.name), False
    return Annotated[given, option]


def variable(name: str) -> str:
    """The environment variable of a field of Options."""
    return f"MESHCTL_{name.upper()}"


def origins() -> dict[str, str]:
    """Where the fields of Options come from that were given to the running command: a flag or a variable."""
    from typer._click.core import ParameterSource
    from typer._click.globals import get_current_context

    sources = {f.name: get_current_context().get_parameter_source(f.name) for f in fields(Options)}
    flags = {name: f"--{name.replace('_', '-')}" for name, s in sources.items() if s is ParameterSource.COMMANDLINE}
    variables = {name: variable(name) for name, s in sources.items() if s is ParameterSource.ENVIRONMENT}
    return flags | variables
