"""Did you mean: the known name that differs from a given one by a slip of the keyboard."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher


class Names:
    """Known names, found by near misses: one letter wrong, missing, too many, or two swapped.

    Both sides are looked up with one letter left out, so that the cost of a look-up does not grow with the names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_shortened: dict[str, set[str]] = defaultdict(set)
        for name in names:
            for key in _shortened(name):
                self._by_shortened[key].add(name)

    def nearest(self, name: str) -> str | None:
        """The most similar known name other than `name` itself; None where nothing is near."""
        near = self.near(name)
        return max(sorted(near), key=lambda known: SequenceMatcher(None, name, known).ratio(), default=None)

    def near(self, name: str) -> set[str]:
        """All known names that differ from another one by a slip."""
        return {known for key in _shortened(name) for known in self._by_shortened.get(key, ())} - {name}


def _shortened(name: str) -> set[str]:
    return {name} | {name[:i] + name[i + 1 :] for i in range(len(name))} if len(name) > 2 else {name}
