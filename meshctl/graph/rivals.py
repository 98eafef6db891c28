"""Which selectors compete: those that select something together."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
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
        self._of: dict[K, dict[K, None]] = {}

    def of(self, key: K) -> Mapping[K, None]:
        """The keys that select a thing together with this one, in order; itself is always among them."""
        found = self._of.get(key)
        if found is None:
            found = self._of[key] = {key: None}
            for number in dict.fromkeys(self._set_of[thing] for thing in self.selected(key)):
                found.update(dict.fromkeys(self._sets[number]))
        return found

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
        for key, own in holders.items():
            together = sorted((one for rival in self.of(key) for one in holders[rival]), key=lambda one: one.id)
            shared = self.selected(key) if len(own) > 1 else self.shared(key)
            if len(together) > 1 and shared:
                yield own, together, shared
