"""Which selectors compete: those that select something together."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from meshctl.graph.view import View

K = TypeVar("K", bound=Hashable)
T = TypeVar("T", bound=Hashable)
V = TypeVar("V", bound=View)


class Rivals(Generic[K, T]):
    """Selectors (any keys) by the things they select together.

    The cost grows with what is selected, not with the number of pairs.
    """

    def __init__(self, selected: Mapping[K, Iterable[T]]) -> None:
        self._selected = {key: tuple(things) for key, things in selected.items()}
        by_thing: dict[T, list[K]] = defaultdict(list)
        for key, things in self._selected.items():
            for thing in things:
                by_thing[thing].append(key)
        # Pods of one workload are selected by the same keys: each such set is kept, and looked at, once.
        numbers: dict[tuple[K, ...], int] = {}
        self._set_of = {thing: numbers.setdefault(tuple(keys), len(numbers)) for thing, keys in by_thing.items()}
        self._sets = tuple(numbers)
        self._unions: dict[tuple[int, ...], dict[K, None]] = {}
        self._numbers = {key: self._shared_sets(key) for key in self._selected}

    def _shared_sets(self, key: K) -> tuple[int, ...]:
        """The sets that a key is in, without that of itself alone, which adds nothing."""
        numbers = dict.fromkeys(self._set_of[thing] for thing in self.selected(key))
        return tuple(number for number in numbers if len(self._sets[number]) > 1)

    def groups(self, keys: Mapping[K, object]) -> Iterator[tuple[Sequence[K], Sequence[K]]]:
        """Of these keys, those that have the same rivals, and which of the keys these are, themselves among them."""
        alike: dict[tuple[int, ...], list[K]] = defaultdict(list)
        for key in keys:
            if numbers := self._numbers.get(key):
                alike[numbers].append(key)
            else:
                yield (key,), (key,)
        for numbers, members in alike.items():
            union = self._union(numbers)
            fewer, more = (keys, union) if len(keys) < len(union) else (union, keys)
            yield members, [key for key in fewer if key in more]

    def _union(self, numbers: tuple[int, ...]) -> Collection[K]:
        if numbers not in self._unions:
            self._unions[numbers] = dict.fromkeys(key for number in numbers for key in self._sets[number])
        return self._unions[numbers]

    def selected(self, key: K) -> tuple[T, ...]:
        """The things that a key selects."""
        return self._selected.get(key, ())

    def shared(self, key: K) -> tuple[T, ...]:
        """The things that some other key selects as well."""
        return tuple(thing for thing in self.selected(key) if len(self._sets[self._set_of[thing]]) > 1)

    def contests(self, holders: Mapping[K, Sequence[V]]) -> Iterator[tuple[Sequence[V], Sequence[V], tuple[T, ...]]]:
        """For each key that several resources contend with: its own holders, all who contend, and what they share.

        `holders` are the resources with each key, all of them; those who contend are sorted by identity.
        """
        for keys, rivals in self.groups(holders):
            together = sorted((one for rival in rivals for one in holders[rival]), key=lambda one: one.id)
            for key in keys if len(together) > 1 else ():
                if shared := self.selected(key) if len(holders[key]) > 1 else self.shared(key):
                    yield holders[key], together, shared
