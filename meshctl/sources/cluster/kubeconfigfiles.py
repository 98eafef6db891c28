"""The contexts that kubeconfig files name, as kubectl puts several files together."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from meshctl.sources.errors import InputError


class Written(Struct, frozen=True):
    """The namespace of each context by its name, empty where it has none; and the name of the current one."""

    namespaces: Mapping[str, str]
    current: str


def read_files(paths: Sequence[str]) -> Written:
    """What existing files say together: of what several say, the first counts. Raises InputError."""
    namespaces: dict[str, str] = {}
    current = ""
    for path in paths:
        if os.path.exists(path):
            content = _load(path)
            current = current or str(content.get("current-context") or "")
            for name, context in _contexts(content):
                namespaces.setdefault(name, str(context.get("namespace") or ""))
    return Written(namespaces, current)


def _load(path: str) -> Mapping[str, Any]:
    import yaml

    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise InputError(f"the kubeconfig {path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise InputError(f"the kubeconfig {path} cannot be read: it is no YAML{place}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise InputError(f"the kubeconfig {path} cannot be used: it is no kubeconfig")
    return content


def _contexts(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = content.get("contexts")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and "name" in entry:
            context = entry.get("context")
            yield str(entry["name"]), context if isinstance(context, dict) else {}
