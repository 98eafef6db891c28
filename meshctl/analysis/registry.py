"""Finding the checks: every module of every package behind the entry point group `meshctl.analyzers`."""

import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.domains import is_needed
from meshctl.graph.nearest import Names

GROUP = "meshctl.analyzers"


class SelectionError(Exception):
    """A code or name that no check answers to."""


class RegistryError(Exception):
    """Two checks claim one name, or a plug-in cannot be loaded."""


def load(extra: Iterable[ModuleType] = (), *, present: frozenset[str] | None = None) -> tuple[Analyzer, ...]:
    """Every installed check, sorted by code and name; of an input with the domains `present` those that it needs.

    Raises RegistryError.
    """
    packages = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        try:
            packages.append(point.load())
        except Exception as error:
            raise RegistryError(f"the plug-in {point.name!r} ({point.value}) cannot be loaded: {error}") from error
    found: dict[str, Analyzer] = {}
    for package in (*packages, *extra):
        for check in _within(package, present):
            twin = found.setdefault(check.name, check)
            if twin is not check:
                raise RegistryError(f"{check.name!r} is declared in {twin.module} and in {check.module}")
    return tuple(sorted(found.values(), key=lambda a: (a.code, a.name)))


def _within(module: ModuleType, present: frozenset[str] | None) -> Iterator[Analyzer]:
    if present is not None and not is_needed(module, present):
        return
    for value in vars(module).values():
        if isinstance(value, Analyzer) and value.module == module.__name__:
            yield value
    for info in pkgutil.iter_modules(getattr(module, "__path__", ()), module.__name__ + "."):
        yield from _within(import_module(info.name), present)


def named(analyzers: Sequence[Analyzer], tokens: Sequence[str]) -> tuple[Analyzer, ...]:
    """The checks that any of the codes, names or prefixes means; all where there are none. Raises SelectionError."""
    _refuse_unknown(analyzers, tokens)
    return tuple(a for a in analyzers if not tokens or any(map(a.answers_to, tokens)))


def choose(analyzers: Sequence[Analyzer], select: Sequence[str], ignore: Sequence[str]) -> tuple[Analyzer, ...]:
    """The checks that `select` names (all where it is empty) without those that `ignore` names.

    A check that is made on request needs its whole code or name in `select`.
    Raises SelectionError for a code, name or prefix that fits no check.
    """
    _refuse_unknown(analyzers, (*select, *ignore))
    return tuple(
        a
        for a in named(analyzers, select)
        if (not a.on_request or any(map(a.is_called, select))) and not any(map(a.answers_to, ignore))
    )


def _refuse_unknown(analyzers: Sequence[Analyzer], tokens: Sequence[str]) -> None:
    for token in tokens:
        if not any(a.answers_to(token) for a in analyzers):
            near = Names([known for a in analyzers for known in (a.code, a.name)])
            meant = near.nearest(token) or near.nearest(token.upper())
            hint = f"; did you mean {meant}?" if meant else "; `meshctl codes` lists them"
            raise SelectionError(f"no check is called {token!r}{hint}")
