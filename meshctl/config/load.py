"""`.meshctl.yaml`: found by itself, read strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meshctl.graph.nearest import Names
from meshctl.graph.settings import Assumed

NAMES = (".meshctl.yaml", ".meshctl.yml")


class ConfigurationError(Exception):
    """A configuration file that cannot be read or says something unknown: one sentence."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file may say; flags win over it."""

    fail_on: str = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    istio_namespace: str = ""
    cluster_domain: str = ""
    revision: str = ""
    mesh_config: str = ""
    mesh_networks: str = ""
    assume_present: tuple[Assumed, ...] = ()
    contexts: tuple[str, ...] = ()


def find(paths: Sequence[str]) -> str:
    """The nearest configuration file from the first path upward to the repository root; empty if there is none."""
    start = next((p for p in paths if p != "-"), ".")
    folder = Path(start).absolute()
    for candidate in (folder, *folder.parents):
        for name in NAMES:
            if (candidate / name).is_file():
                return str(candidate / name)
        if (candidate / ".git").exists():
            return ""
    return ""


def read_mapping(file: str) -> Mapping[str, Any] | None:
    """A YAML file that holds one mapping; None for an empty name. Raises ConfigurationError."""
    if not file:
        return None
    from meshctl.sources.errors import Unparsed
    from meshctl.sources.parsing import parse, to_utf8

    try:
        documents = parse(to_utf8(Path(file).read_bytes()))
    except OSError as error:
        raise ConfigurationError(f"cannot read {file}: {error.strerror}") from error
    except Unparsed as error:
        raise ConfigurationError(f"{file}: {error.message}") from error
    for document in documents:
        if document.error:
            message, line, column = document.error
            raise ConfigurationError(f"{file}:{line}:{column}: {message}")
    if len(documents) > 1:
        raise ConfigurationError(f"{file} must hold one document, not {len(documents)}")
    value = documents[0].value if documents else {}
    if not isinstance(value, dict):
        raise ConfigurationError(f"{file} must hold a mapping, not a {type(value).__name__}")
    return value


def read(file: str) -> Configuration:
    """Read a configuration file. Raises ConfigurationError for an unknown key, with the nearest known one."""
    top = _Section(file, "", read_mapping(file) or {})
    if top.value("version", int, 1) != 1:
        raise ConfigurationError(f"{file}: version must be 1")
    analyzers = top.section("analyzers")
    mesh = top.section("mesh")
    fail_on = top.value("failOn", str, "error")
    if fail_on not in ("error", "warning", "info", "never"):
        raise ConfigurationError(f"{file}: failOn must be error, warning, info or never, not {fail_on!r}")
    folder = Path(file).parent
    configuration = Configuration(
        fail_on=fail_on,
        select=analyzers.texts("select"),
        ignore=analyzers.texts("ignore"),
        istio_namespace=mesh.value("istioNamespace", str, ""),
        cluster_domain=mesh.value("clusterDomain", str, ""),
        revision=mesh.value("revision", str, ""),
        mesh_config=_beside(folder, mesh.value("meshConfig", str, "")),
        mesh_networks=_beside(folder, mesh.value("meshNetworks", str, "")),
        assume_present=tuple(_assumed(section) for section in top.sections("assumePresent")),
        contexts=top.texts("contexts"),
    )
    for section in (analyzers, mesh, top):
        section.refuse_unknown()
    return configuration


def _assumed(section: "_Section") -> Assumed:
    assumed = Assumed(
        kind=section.value("kind", str, ""),
        name=section.value("name", str, "*"),
        namespace=section.value("namespace", str, "*"),
    )
    section.refuse_unknown()
    if not assumed.kind:
        raise ConfigurationError(f"{section.file}: {section.where} needs a kind")
    return assumed


def _beside(folder: Path, file: str) -> str:
    return str(folder / file) if file else ""


class _Section:
    """A mapping of the file that knows which keys were asked for."""

    def __init__(self, file: str, where: str, data: Mapping[str, Any]) -> None:
        self.file = file
        self.where = where
        self._data = data
        self._known: set[str] = set()

    def value(self, key: str, kind: type[Any], default: Any) -> Any:
        self._known.add(key)
        value = self._data.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ConfigurationError(f"{self.file}: {self._path(key)} must be a {_NOUNS[kind]}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        items = self.value(key, list, [])
        if not all(isinstance(item, str) for item in items):
            raise ConfigurationError(f"{self.file}: {self._path(key)} must be a list of texts")
        return tuple(items)

    def section(self, key: str) -> "_Section":
        return _Section(self.file, self._path(key), self.value(key, dict, {}))

    def sections(self, key: str) -> list["_Section"]:
        items = self.value(key, list, [])
        if not all(isinstance(item, dict) for item in items):
            raise ConfigurationError(f"{self.file}: {self._path(key)} must be a list of mappings")
        return [_Section(self.file, f"{self._path(key)}[{i}]", item) for i, item in enumerate(items)]

    def refuse_unknown(self) -> None:
        for key in self._data:
            if key not in self._known:
                near = Names(self._known).nearest(str(key))
                hint = f"did you mean {near}?" if near else f"known here: {', '.join(sorted(self._known))}"
                raise ConfigurationError(f"{self.file}: unknown key {self._path(str(key))}: {hint}")

    def _path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


_NOUNS = {str: "text", int: "whole number", list: "list", dict: "mapping"}
