"""What a user names as a fleet: paths, kubeconfig files, contexts and patterns of them; to one source a cluster."""

import glob
import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from msgspec import structs

from meshctl.model.fleet import Listed, Source
from meshctl.sources.cluster.kubeconfig import known_contexts
from meshctl.sources.errors import InputError

_PATTERN = frozenset("*?[")
_YAML = (".yaml", ".yml", ".json")
_MOST_BYTES = 1 << 20
# What only a kubeconfig has.
_KIND, _CONTEXTS = b"kind: Config", b"contexts:"


def given_sources(tokens: Iterable[str], contexts: Iterable[str], kubeconfig: str) -> list[Source]:
    """The sources that arguments name: what exists as a path is one, all else are contexts. Raises InputError."""
    found = []
    for token in tokens:
        paths = [token] if os.path.exists(token) else sorted(glob.glob(token)) if _is_pattern(token) else []
        for path in paths:
            found += _of_path(path)
        if not paths:
            found += _of_contexts(token, kubeconfig)
    for context in contexts:
        found += _of_contexts(context, kubeconfig)
    return distinct(found)


def configured_sources(entries: Sequence[Listed], kubeconfig: str) -> list[Source]:
    """The sources that the configuration lists. Raises InputError."""
    found = []
    for entry in entries:
        if entry.path:
            paths = sorted(glob.glob(entry.path)) if _is_pattern(entry.path) else [entry.path]
            if not paths:
                raise InputError(f"fleet: there is no {entry.path}")
            own = [source for path in paths for source in _of_path(path)]
        else:
            own = _of_contexts(entry.context, entry.kubeconfig or kubeconfig)
        if entry.name and len(own) > 1:
            what = entry.path or entry.context
            raise InputError(f"fleet: {what} are {len(own)} clusters, which cannot all be called {entry.name}")
        found += [structs.replace(source, name=entry.name or source.name, labels=entry.labels) for source in own]
    return distinct(found)


def distinct(sources: Iterable[Source]) -> list[Source]:
    """Each source once, in the order of names; those of one name have their kubeconfig with it. Raises InputError."""
    once: dict[tuple[str, str, str], Source] = {}
    for source in sources:
        # What is listed with labels is not listed again by a pattern that also fits.
        once.setdefault((source.context, source.kubeconfig, source.path), source)
    names: dict[str, list[Source]] = {}
    for source in once.values():
        names.setdefault(source.name, []).append(source)
    found = []
    for name, same in names.items():
        for source in same:
            if len(same) > 1 and not source.kubeconfig:
                raise InputError(f"fleet: {len(same)} clusters are called {name}: give them a name of their own")
            found.append(structs.replace(source, name=f"{name}@{source.kubeconfig}") if len(same) > 1 else source)
    return sorted(found, key=lambda source: source.name)


def is_kubeconfig(path: str) -> bool:
    """Whether a file is a kubeconfig, told from its beginning."""
    if not os.path.isfile(path) or os.path.getsize(path) > _MOST_BYTES:
        return False
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return False
    lines = content.replace(b'"', b"").replace(b",", b"\n").splitlines()
    stripped = {line.strip() for line in lines}
    return _KIND in stripped and any(line.startswith(_CONTEXTS) for line in stripped)


def _of_path(path: str) -> list[Source]:
    if is_kubeconfig(path):
        return [Source(name, context=name, kubeconfig=path) for name in known_contexts(path)]
    plain = path.rstrip("/") or path
    return [Source(plain, path=plain)]


def _of_contexts(pattern: str, kubeconfig: str) -> list[Source]:
    if kubeconfig and not _is_pattern(pattern) and not os.path.exists(kubeconfig):
        # It may be there where the cluster is going to be read.
        return [Source(pattern, context=pattern, kubeconfig=kubeconfig)]
    known = known_contexts(kubeconfig)
    names = [name for name in known if fnmatchcase(name, pattern)] if _is_pattern(pattern) else [pattern]
    if not names or not set(names) <= set(known):
        raise InputError(_unknown(pattern, known))
    return [Source(name, context=name, kubeconfig=kubeconfig) for name in names]


def _unknown(pattern: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    if not known:
        return f"{pattern} is no path, and there is no kubeconfig with such a context"
    near = get_close_matches(pattern, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known[:10])}"
    what = "no context is like" if _is_pattern(pattern) else "there is no path and no context"
    return f"{what} {pattern}: {hint}"


def _is_pattern(text: str) -> bool:
    return not _PATTERN.isdisjoint(text)
