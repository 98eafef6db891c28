"""What a resource wants of an object of Envoy's, and how to look whether it has it."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from meshctl.graph.view import View
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig

Read = Callable[[Any], Any]


class Aspect(Struct, frozen=True):
    """One thing that an object of Envoy's says. `field` is its name in Envoy's words, `read` takes it from the object.

    What is read has one spelling for each meaning. `covers` are the paths of everything in the object that says it.
    """

    field: str
    read: Read
    covers: tuple[Path, ...]


class Want(Struct, frozen=True):
    """A field of a resource that wants an aspect to have a value.

    `each`: the field is a list like the value. `rest`: it is judged only where nothing that covers it differs, so that
    one cause is one difference.
    """

    resource: ResourceId
    path: Path
    aspect: Aspect
    value: Any
    each: bool = False
    rest: bool = False


def aspect(field: str, parse: Read = lambda value: value, *more: str) -> Aspect:
    """An aspect that stands at a dotted path, an index being a part of its own; `more` are further paths it covers."""
    path = place(field)
    return Aspect(_shown(path), lambda found: parse(dig(found, *path)), (path, *map(place, more)))


def place(field: str) -> Path:
    """A dotted path as a path. What has dots in its name is given between brackets: `a.[b.c].0`."""
    parts: list[str | int] = []
    rest = field
    while rest:
        if rest.startswith("["):
            part, _, rest = rest[1:].partition("]")
            rest = rest.removeprefix(".")
        else:
            part, _, rest = rest.partition(".")
        parts.append(int(part) if part.isdecimal() else part)
    return tuple(parts)


def _shown(path: Iterable[str | int]) -> str:
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) or "." in part else f".{part}" if shown else part
    return shown


def want(view: View, path: Path, what: Aspect, value: Any, *, each: bool = False, rest: bool = False) -> Want:
    """A want of a resource."""
    return Want(view.id, path, what, value, each, rest)


def covered(path: Path, covers: Iterable[Path]) -> bool:
    """Whether a path is within one of these, or leads to one; a part `*` of theirs stands for any."""
    return any(all(mine in (theirs, "*") for mine, theirs in zip(c, path, strict=False)) for c in covers)


def deeper(wanted: Want, found: Any) -> tuple[Path, Any, Any]:
    """Path, wanted and found value: of the one element that differs where both are lists of one length."""
    if wanted.each and isinstance(wanted.value, tuple) and isinstance(found, tuple) and len(wanted.value) == len(found):
        differing = [i for i, (one, other) in enumerate(zip(wanted.value, found, strict=True)) if one != other]
        if len(differing) == 1:
            at = differing[0]
            return (*wanted.path, at), wanted.value[at], found[at]
    return wanted.path, wanted.value, found
