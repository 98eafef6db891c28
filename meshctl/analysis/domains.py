"""Which meshes an input speaks of, so that the checks of others need not even be imported."""

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from meshctl.model.resource import Resource


def domains(resources: Iterable[Resource]) -> frozenset[str]:
    """The groups of all resources, and the prefixes of the labels and annotations that they and their pods have.

    `config.linkerd.io/proxy-cpu-request` has the prefix `config.linkerd.io`; a key without one is its own.
    """
    found: set[str] = set()
    keys: set[str] = set()
    for resource in resources:
        found.add(resource.id.group)
        for metadata in _metadata(resource.data):
            for name in ("labels", "annotations"):
                named = metadata.get(name)
                if isinstance(named, Mapping):
                    keys.update(key for key in named if isinstance(key, str))
    found.update(key.partition("/")[0] for key in keys)
    return frozenset(found)


def is_needed(folder: ModuleType, present: frozenset[str]) -> bool:
    """Whether an input with these domains has anything to do with the checks of a folder.

    Its `DOMAINS` are those of its mesh (`linkerd.io` stands for `config.linkerd.io` too); without any it always has.
    """
    wanted: tuple[str, ...] = getattr(folder, "DOMAINS", ())
    return not wanted or any(name == one or name.endswith(f".{one}") for one in wanted for name in present)


def _metadata(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The metadata of an object, of its pod template, and of that of its jobs."""
    part: Any = data
    while isinstance(part, Mapping):
        metadata, spec = part.get("metadata"), part.get("spec")
        if isinstance(metadata, Mapping):
            yield metadata
        part = (spec.get("template") or spec.get("jobTemplate")) if isinstance(spec, Mapping) else None
