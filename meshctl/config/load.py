"""`.meshctl.yaml`: found by itself, read strictly."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meshctl.config.sections import ConfigurationError, Section
from meshctl.graph.settings import Assumed, Suppression
from meshctl.model.location import Location
from meshctl.model.severity import Severity
from meshctl.sources.positions import FileOrigin, SourceText

if TYPE_CHECKING:
    from meshctl.model.fleet import Listed

__all__ = ["NAMES", "Configuration", "ConfigurationError", "find", "read", "read_mapping"]

NAMES = (".meshctl.yaml", ".meshctl.yml")
FAIL_ON = ("error", "warning", "info", "never")
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file may say; flags win over it. Names of files are as seen from the working directory.

    `exclude` are patterns of names as seen from `folder`. `severity` is by code, name or prefix. `places` says where
    the tokens of checks and every setting stand, by their path in the file.
    """

    file: str = field(default="", compare=False)
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fail_on: str = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    suppress: tuple[Suppression, ...] = ()
    require_reason: bool = False
    allow_inline: bool = True
    baseline: str = ""
    output: tuple[str, ...] = ()
    istio_namespace: str = ""
    cluster_domain: str = ""
    revision: str = ""
    mesh_config: str = ""
    mesh_networks: str = ""
    assume_present: tuple[Assumed, ...] = ()
    contexts: tuple[str, ...] = ()
    fleet: "tuple[Listed, ...]" = ()
    equal_by: tuple[str, ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)

    @property
    def folder(self) -> str:
        """Where the file is."""
        return os.path.dirname(self.file) or "."


def find(paths: Sequence[str]) -> str:
    """The nearest configuration file from the first path upward to the repository root; empty if there is none."""
    start = next((p for p in paths if p != "-"), ".")
    folder = Path(start).absolute()
    for candidate in (folder, *folder.parents):
        for name in NAMES:
            if (candidate / name).is_file():
                return from_here(str(candidate / name))
        if (candidate / ".git").exists():
            return ""
    return ""


def read_mapping(file: str) -> Mapping[str, Any] | None:
    """A YAML file that holds one mapping; None for an empty name. Raises ConfigurationError."""
    return _read(file)[0] if file else None


def _read(file: str) -> tuple[Mapping[str, Any], FileOrigin | None]:
    """The one mapping of a file, and what knows the places in it."""
    from meshctl.sources.errors import Unparsed
    from meshctl.sources.parsing import parse, to_utf8

    try:
        source = SourceText(file, to_utf8(Path(file).read_bytes()))
        documents = parse(source.data)
    except OSError as error:
        raise ConfigurationError(f"cannot read {file}: {error.strerror}") from error
    except Unparsed as error:
        raise ConfigurationError(f"{file}: {error.message}") from error
    for document in documents:
        if document.error:
            message, line, column = document.error
            raise ConfigurationError(f"{file}:{line}:{column}: {message}")
        for twice in document.repeated:
            region = twice.region
            sentence = f"{twice.path[-1]} is already set on line {twice.first_line}"
            raise ConfigurationError(f"{file}:{region.start_line}:{region.start_column}: {sentence}")
    if len(documents) > 1:
        raise ConfigurationError(f"{file} must hold one document, not {len(documents)}")
    if not documents:
        return {}, None
    (document,) = documents
    if not isinstance(document.value, dict):
        raise ConfigurationError(f"{file} must hold a mapping, not a {type(document.value).__name__}")
    return document.value, FileOrigin(source, document.start, document.end, document.line, document.root)


def read(file: str) -> Configuration:
    """Read a configuration file. Raises ConfigurationError with file and line for every mistake in it."""
    data, origin = _read(file)
    top = Section(file, origin, (), data)
    if top.value("version", int, 1) != 1:
        raise top.error("version must be 1", "version")
    analyzers, mesh, fleet = top.section("analyzers"), top.section("mesh"), top.section("fleet")
    severity = top.pairs("severity")
    for token, grade in severity.items():
        if grade not in SEVERITIES:
            raise top.error(f"severity.{token} must be error, warning or info, not {grade!r}", "severity", token)
    configuration = Configuration(
        file=file,
        paths=tuple(_beside(file, path) for path in top.texts("paths")),
        exclude=top.texts("exclude"),
        fail_on=top.choice("failOn", FAIL_ON, "error"),
        select=analyzers.texts("select"),
        ignore=analyzers.texts("ignore"),
        severity={token: Severity(grade) for token, grade in severity.items()},
        suppress=tuple(_suppression(section) for section in top.sections("suppress")),
        require_reason=top.value("requireReason", bool, False),
        allow_inline=top.value("allowInline", bool, True),
        baseline=_beside(file, top.value("baseline", str, "")),
        output=top.texts("output"),
        istio_namespace=mesh.value("istioNamespace", str, ""),
        cluster_domain=mesh.value("clusterDomain", str, ""),
        revision=mesh.value("revision", str, ""),
        mesh_config=_beside(file, mesh.value("meshConfig", str, "")),
        mesh_networks=_beside(file, mesh.value("meshNetworks", str, "")),
        assume_present=tuple(_assumed(section) for section in top.sections("assumePresent")),
        contexts=top.texts("contexts"),
        fleet=tuple(_clusters(file, section) for section in fleet.sections("clusters")),
        equal_by=fleet.texts("equalBy"),
        places=_places(data, origin),
    )
    for section in (analyzers, mesh, fleet, top):
        section.refuse_unknown()
    return configuration


def _suppression(section: Section) -> Suppression:
    suppression = Suppression(
        check=section.value("code", str, ""),
        resource=section.value("resource", str, ""),
        path=section.value("path", str, "*"),
        reason=section.value("reason", str, "").strip(),
        until=section.day("until"),
        place=section.place("code"),
    )
    section.refuse_unknown()
    section.needs("code")
    section.needs("resource")
    return suppression


def _assumed(section: Section) -> Assumed:
    assumed = Assumed(
        kind=section.value("kind", str, ""),
        name=section.value("name", str, "*"),
        namespace=section.value("namespace", str, "*"),
    )
    section.refuse_unknown()
    section.needs("kind")
    return assumed


def _clusters(file: str, section: Section) -> "Listed":
    from meshctl.model.fleet import Listed

    listed = Listed(
        context=section.value("context", str, ""),
        kubeconfig=_beside(file, section.value("kubeconfig", str, "")),
        path=_beside(file, section.value("path", str, "")),
        name=section.value("name", str, ""),
        labels=section.pairs("labels"),
    )
    section.refuse_unknown()
    if bool(listed.context) == bool(listed.path):
        raise section.error("clusters of a fleet are either of a context or of a path")
    return listed


def _beside(file: str, name: str) -> str:
    """A name as written in the file, as seen from the working directory."""
    if not name or os.path.isabs(name):
        return name
    return from_here(os.path.normpath(os.path.join(os.path.dirname(file), name)))


def from_here(path: str) -> str:
    """A path as short as it is from the working directory; one that leads out of it stays as it is."""
    here = os.path.relpath(path) if os.path.isabs(path) else path
    return path if here.startswith("..") else here


def _places(data: Mapping[str, Any], origin: FileOrigin | None) -> Mapping[str, Location]:
    places: dict[str, Location] = {}
    for key, value in data.items():
        inner = value if isinstance(value, dict) else {}
        for path in ((key,), *((key, name) for name in inner)):
            place = origin.locate(path, key=True) if origin else None
            if place is not None:
                places[".".join(path)] = place
    return places
