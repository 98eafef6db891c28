"""Names found by name or by a pattern in which `*` stands for any letters."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence


class Patterned:
    """Known names. A pattern with one star at its start or end is looked up without looking at all of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._sorted = sorted(self._names)
        self._reversed = sorted(name[::-1] for name in self._names)
        self._found: dict[str, bool] = {}

    def has(self, pattern: str) -> bool:
        """Whether one has this name or fits this pattern."""
        if "*" not in pattern:
            return pattern in self._names
        if pattern not in self._found:
            self._found[pattern] = self._fits(pattern)
        return self._found[pattern]

    def _fits(self, pattern: str) -> bool:
        head, _, rest = pattern.partition("*")
        if not rest:
            return _any_begins(self._sorted, head)
        if not head and "*" not in rest:
            return _any_begins(self._reversed, rest[::-1])
        shape = re.compile(".*".join(map(re.escape, pattern.split("*"))))
        return any(shape.fullmatch(name) for name in self._sorted)


def _any_begins(ordered: Sequence[str], start: str) -> bool:
    at = bisect_left(ordered, start)
    return at < len(ordered) and ordered[at].startswith(start)
