"""What a rule says about a value, and rules that remember what they found good."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct, msgpack

from meshctl.graph.fields import listed
from meshctl.model.paths import Path


class Fault(Struct, frozen=True):
    """A value that Istio refuses, or with `warning` only advises against; `fix` says what is allowed, a sentence.

    `unseen` says that it is wrong all the same where Istio's validation does not look; `note` that it does no harm, or
    that another check speaks of the cause.

    `path` may end in a field that is missing.
    """

    path: Path
    message: str
    fix: str = ""
    warning: bool = False
    unseen: bool = False
    note: bool = False


Rule = Callable[[Any, Path], Iterator[Fault]]

_MOST_REMEMBERED = 100_000


def remembering(rule: Rule) -> Callable[[Any, Path], Iterable[Fault]]:
    """A rule that skips values equal to one it found nothing in: for parts that many resources repeat."""
    good: set[bytes] = set()
    encode = msgpack.Encoder().encode

    def apply(value: Any, path: Path) -> Iterable[Fault]:
        try:
            key = encode(value)
        except (TypeError, OverflowError, RecursionError, ValueError):
            return rule(value, path)
        if key in good:
            return ()
        faults = tuple(rule(value, path))
        if not faults:
            if len(good) >= _MOST_REMEMBERED:
                good.clear()
            good.add(key)
        return faults

    return apply


def items(value: Any, path: Path, what: str) -> Iterator[Fault]:
    """A null among the items of a list, which the API server refuses."""
    for i, item in enumerate(listed(value)):
        if item is None:
            yield Fault((*path, i), f"A {what} is null: an item of this list has to say something.", "Remove the item.")
