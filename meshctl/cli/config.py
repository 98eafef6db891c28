"""`meshctl config show|schema|validate`: what a run goes by, and whether its configuration is sound."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options, origins


class ShownAs(StrEnum):
    """The forms of a listing."""

    HUMAN = "human"
    JSON = "json"


As = Annotated[ShownAs, typer.Option("-o", "--output", help="How to print.")]
FLAGS = (
    "config",
    "no_config",
    "context",
    "fail_on",
    "select",
    "ignore",
    "suppress",
    "mesh_config",
    "mesh_networks",
    "revision",
    "istio_namespace",
    "cluster_domain",
)
FILE_FLAGS = ("config",)

# The setting that a flag is instead of.
_SETTINGS = {
    "context": "contexts",
    "fail_on": "failOn",
    "select": "analyzers.select",
    "ignore": "analyzers.ignore",
    "suppress": "suppress",
    "mesh_config": "mesh.meshConfig",
    "mesh_networks": "mesh.meshNetworks",
    "revision": "mesh.revision",
    "istio_namespace": "mesh.istioNamespace",
    "cluster_domain": "mesh.clusterDomain",
}


def show(options: Options, output: As = ShownAs.HUMAN) -> int:
    """Print every setting with its value and its origin: a flag, a variable, a line of the file, or the default."""
    from meshctl.cli.output import write_stdout
    from meshctl.cli.session import Session
    from meshctl.config.show import settings_shown

    session = Session(options, ())
    session.analyzers()
    origin_of = origins()
    given = {
        setting: (_plain(getattr(options, name)), origin_of[name])
        for name, setting in _SETTINGS.items()
        if name in origin_of
    }
    file = session.configuration.file
    rows = list(settings_shown(session.configuration, given))
    if output is ShownAs.JSON:
        settings = [{"setting": row.setting, "value": row.value, "origin": row.origin} for row in rows]
        write_stdout(json.dumps({"file": file, "settings": settings}, indent=2) + "\n")
        return 0
    left = [f"{row.setting}: {_text(row.value)}" for row in rows]
    width = min(max(map(len, left)), 60)
    lines = [f"# {file or 'no configuration file'}"]
    lines += [f"{text:<{width}}  # {row.origin}" for text, row in zip(left, rows, strict=True)]
    write_stdout("\n".join(lines) + "\n")
    return 0


def schema() -> int:
    """Print the JSON schema of .meshctl.yaml, for editors."""
    from importlib.resources import files

    from meshctl.cli.output import write_stdout

    write_stdout(files("meshctl.config").joinpath("schema.json").read_text(encoding="utf-8"))
    return 0


def validate(options: Options) -> int:
    """Read the configuration alone, and say what is wrong with it."""
    from meshctl.cli.output import write_stdout
    from meshctl.cli.session import Session

    session = Session(options, ())
    session.analyzers()
    if not session.configuration.file:
        raise UsageError("there is no .meshctl.yaml here, nor above up to the root of the repository")
    _ = session.settings
    write_stdout(f"{session.configuration.file} is sound.\n")
    return 0


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
