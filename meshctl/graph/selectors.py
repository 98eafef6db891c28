"""Which things carry which labels, without scanning all of anything for each of something."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from meshctl.graph.fields import Fields, labels, listed, mapping, numbered, text, texts

T = TypeVar("T")


def matches(selector: Mapping[str, str], carried: Mapping[str, str]) -> bool:
    """True if every pair of the selector is carried; an empty selector matches everything."""
    return all(carried.get(key) == value for key, value in selector.items())


def selector_text(selector: Mapping[str, str]) -> str:
    """Text form of a selector: `app=web,version=v1`, sorted by key."""
    return ",".join(f"{key}={selector[key]}" for key in sorted(selector))


def label_selector_matches(selector: object, carried: Mapping[str, str]) -> bool:
    """Kubernetes' LabelSelector (matchLabels and matchExpressions) against labels.

    None matches everything, as in webhook configurations; one with an unknown operator matches nothing.
    """
    fields: Fields = mapping(selector)
    if not matches(labels(fields.get("matchLabels")), carried):
        return False
    return all(_expression_holds(e, carried) for _, e in numbered(fields.get("matchExpressions")))


def required_pairs(selector: Fields) -> tuple[tuple[str, str], ...]:
    """Pairs of which all that a Kubernetes LabelSelector selects carries one; none where no label is required."""
    for key, value in labels(selector.get("matchLabels")).items():
        return ((key, value),)
    for _, expression in numbered(selector.get("matchExpressions")):
        if expression.get("operator") == "In" and listed(expression.get("values")):
            return tuple((text(expression.get("key")), value) for value in texts(expression.get("values")))
    return ()


def _expression_holds(expression: Fields, carried: Mapping[str, str]) -> bool:
    key, operator = text(expression.get("key")), expression.get("operator")
    if operator == "Exists":
        return key in carried
    if operator == "DoesNotExist":
        return key not in carried
    if not listed(expression.get("values")):
        return False
    values = texts(expression.get("values"))
    if operator == "In":
        return carried.get(key) in values
    return operator == "NotIn" and carried.get(key) not in values


class Selectable(Generic[T]):
    """Things with labels, found by the labels they carry.

    `place` separates what a selector may not cross (a namespace); an empty place stands for all of them together.
    """

    def __init__(self, things: Iterable[T], place: Callable[[T], str], carried: Callable[[T], Mapping[str, str]]):
        self._carried = carried
        self._all: dict[str, list[T]] = defaultdict(list)
        self._by_pair: dict[tuple[str, str, str], list[T]] = defaultdict(list)
        for thing in things:
            for where in (place(thing), ""):
                self._all[where].append(thing)
                for key, value in carried(thing).items():
                    self._by_pair[where, key, value].append(thing)
        self._selected: dict[tuple[str, frozenset[tuple[str, str]]], tuple[T, ...]] = {}

    def selected_by(self, selector: Mapping[str, str], place: str = "") -> tuple[T, ...]:
        """The things that carry every pair of the selector, in document order; all of them for an empty selector."""
        asked = (place, frozenset(selector.items()))
        found = self._selected.get(asked)
        if found is None:
            found = self._selected[asked] = tuple(self._select(selector, place))
        return found

    def _select(self, selector: Mapping[str, str], place: str) -> Iterable[T]:
        if not selector:
            return self._all.get(place, ())
        rarest = min((self._by_pair.get((place, k, v), []) for k, v in selector.items()), key=len)
        if len(selector) == 1:
            return rarest
        return (thing for thing in rarest if matches(selector, self._carried(thing)))


class Selecting(Generic[T]):
    """Things with a selector, found by the labels they would select; an empty selector selects nothing."""

    def __init__(self, things: Iterable[T], place: Callable[[T], str], selector: Callable[[T], Mapping[str, str]]):
        self._selector = selector
        self._by_pair: dict[tuple[str, str, str], list[T]] = defaultdict(list)
        for thing in things:
            # One pair is enough to find it by; the first in sorted order is the same for equal selectors.
            for key, value in sorted(selector(thing).items())[:1]:
                self._by_pair[place(thing), key, value].append(thing)

    def selecting(self, carried: Mapping[str, str], place: str) -> list[T]:
        """The things in that place whose selector the labels satisfy."""
        return [
            thing
            for key, value in carried.items()
            for thing in self._by_pair.get((place, key, value), ())
            if matches(self._selector(thing), carried)
        ]
