"""Phrases that many messages need."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

from meshctl.graph.view import View

V = TypeVar("V", bound=View)

MOST = 10


def enumerated(names: Iterable[str], count: int) -> str:
    """`a, b and 3 more`: the first ten of `count` names; `names` may end after them."""
    shown = list(islice(names, MOST))
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def others(one: V, together: Sequence[V]) -> tuple[Sequence[V], str]:
    """The first ten of `together` beside `one`, and the phrase that names them and says how many more there are.

    Those of another namespace are named with it.
    """
    shown = [other for other in together[: MOST + 1] if other is not one][:MOST]
    names = (other.name if other.namespace == one.namespace else f"{other.namespace}/{other.name}" for other in shown)
    return shown, enumerated(names, len(together) - 1)
