"""A property computed on first use and kept."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class lazy(Generic[T]):
    """Like functools.cached_property without its lock (until Python 3.12), which costs more than most of our fields.

    The instance needs a `__dict__`; two threads may compute the value twice, which does no harm.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        """Compute and keep the value: the next read finds it in the instance's `__dict__`."""
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
