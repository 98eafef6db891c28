"""What somebody meant who wrote a field or value that does not exist."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from meshctl.graph.nearest import Names
from meshctl.graph.structure.lists import listed
from meshctl.graph.structure.misfit import Misfit
from meshctl.graph.structure.shape import Shape
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_LONGEST = 100
"""No field or value is nearly as long, and the search takes the square of the length."""

_SHORT = 3
"""Up to here a slip makes one word of another too easily."""


def similar(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs in case, hyphens and underscores alone, else by a slip of the keyboard."""
    return _similar(name, tuple(known)) if len(name) <= _LONGEST else None


def meant(name: str, known: Iterable[str]) -> str | None:
    """The one known name that can have been meant; None where there are two, or the slip is in a short word.

    One that differs in case, hyphens and underscores alone leaves no doubt.
    """
    if len(name) > _LONGEST:
        return None
    names = tuple(known)
    same = [one for one in names if _letters(one) == _letters(name)]
    near = same or (Names(names).near(name) if len(name) > _SHORT else ())
    return next(iter(near)) if len(near) == 1 else None


def resembling(name: str, known: Iterable[str]) -> str | None:
    """The known name that has most letters in common with a name; None where none has nearly all."""
    return _resembling(name, tuple(known)) if len(name) <= _LONGEST else None


@lru_cache(4096)
def _similar(name: str, known: tuple[str, ...]) -> str | None:
    letters = _letters(name)
    same = next((one for one in known if _letters(one) == letters), None)
    return same or Names(known).nearest(name)


@lru_cache(4096)
def _resembling(name: str, known: tuple[str, ...]) -> str | None:
    by_letters = {_letters(one): one for one in known}
    nearest = get_close_matches(_letters(name), by_letters, n=1, cutoff=0.74)
    return by_letters[nearest[0]] if nearest else None


def home(misfit: Misfit, whole: Shape) -> Path | None:
    """The mapping that has a field of an unknown one's name: the nearest around it, else the only one beside it."""
    *inside, name = misfit.path
    around = list(whole.steps(tuple(inside)))[:-1]
    for depth in range(len(around) - 1, -1, -1):
        if name in around[depth].fields:
            return tuple(inside[:depth])
    beside = [field for field, shape in misfit.shape.fields.items() if name in shape.fields]
    return (*inside, beside[0]) if len(beside) == 1 else None


def documented(kind: KindKey, path: Path) -> bool:
    """Whether our own lists have a field that a CustomResourceDefinition has not."""
    *parent, name = path
    around = list(listed(kind).steps(tuple(parent)))
    return len(around) == len(path) and name in around[-1].fields


def _letters(name: str) -> str:
    return re.sub(r"[-_ ]", "", name).lower()
