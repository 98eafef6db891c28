"""Phrases that many messages need."""

from collections.abc import Iterable
from itertools import islice

MOST = 10


def enumerated(names: Iterable[str], count: int) -> str:
    """`a, b and 3 more`: the first ten of `count` names; `names` may end after them."""
    shown = list(islice(names, MOST))
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
