"""Which meshes an input speaks of, so that the checks of others need not even be imported."""

import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from meshctl.analysis.analyzer import Analyzer
from meshctl.model.consulproxy import CONSUL_PROXY
from meshctl.model.facts import Facts
from meshctl.model.proxystate import ISTIO_PROXY
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Snapshot

_OF_PROXIES = {ISTIO_PROXY: "istio.io", "linkerd-proxy": "linkerd.io", CONSUL_PROXY: "consul.hashicorp.com"}
"""The mesh of a proxy by its container, for one that was asked without the resources of its pod."""


def domains(resources: Iterable[Resource]) -> frozenset[str]:
    """The groups of all resources, and the prefixes of the labels and annotations that they and their pods have.

    `config.linkerd.io/proxy-cpu-request` has the prefix `config.linkerd.io`; a key without one is its own.
    """
    found: set[str] = set()
    keys: set[Any] = set()
    for resource in resources:
        found.add(resource.id.group)
        # The object, its pod template, or that of its jobs and theirs.
        part: Any = resource.data
        while isinstance(part, dict):
            metadata, spec = part.get("metadata"), part.get("spec")
            if isinstance(metadata, dict):
                for named in (metadata.get("labels"), metadata.get("annotations")):
                    if isinstance(named, dict):
                        keys.update(named)
            part = (spec.get("template") or spec.get("jobTemplate")) if isinstance(spec, dict) else None
    found.update(key.partition("/")[0] for key in keys if isinstance(key, str))
    return frozenset(found)


def present_in(snapshot: Snapshot, facts: Facts) -> frozenset[str]:
    """The domains of all that was read, groups of what could not be, meshes of proxies, and the names of facts."""
    unread = {kind.group for coverage in snapshot.coverage.values() for kind in coverage.unread}
    proxies = {_OF_PROXIES[state.container] for state in facts.states if state.container in _OF_PROXIES}
    named = {name for name in Facts.__struct_fields__ if getattr(facts, name)}
    return domains(snapshot.resources) | unread | proxies | named


def needed(analyzers: Iterable[Analyzer], present: frozenset[str]) -> frozenset[Analyzer]:
    """Those of the checks whose folders have anything to do with what is present."""

    @cache
    def wanted(name: str) -> bool:
        above, dot, _ = name.rpartition(".")
        folder = sys.modules.get(name)
        return (not dot or wanted(above)) and (folder is None or is_needed(folder, present))

    return frozenset(analyzer for analyzer in analyzers if wanted(analyzer.module))


def is_needed(folder: ModuleType, present: frozenset[str]) -> bool:
    """Whether what is present has anything to do with the checks of a folder.

    Its `DOMAINS` are those of its mesh (`linkerd.io` stands for `config.linkerd.io` too, `=istio.io` for itself alone,
    as labels have it and no group), its `FACTS` the fields of Facts that it is about; without any it always has.
    """
    facts: tuple[str, ...] = getattr(folder, "FACTS", ())
    wanted: tuple[str, ...] = getattr(folder, "DOMAINS", ())
    return (not facts or not present.isdisjoint(facts)) and (not wanted or _speaks_of(present, tuple(wanted)))


# Many folders are about the same few domains.
@lru_cache(maxsize=256)
def _speaks_of(present: frozenset[str], wanted: tuple[str, ...]) -> bool:
    return any(one in (name, f"={name}") or name.endswith(f".{one}") for one in wanted for name in present)
