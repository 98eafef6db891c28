"""One spelling for values that are written in several: those of resources, of istiod and of Envoy."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

UNLIMITED = 4294967295


class Unreadable:
    """What an object says in a way that is not understood: nothing can be said about it."""


UNREADABLE = Unreadable()

_DIGITS = 40

_UNITS = {"h": Decimal(3600), "m": Decimal(60), "s": Decimal(1), "ms": Decimal("0.001")}
_UNITS |= {"us": Decimal("0.000001"), "µs": Decimal("0.000001"), "ns": Decimal("0.000000001")}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ms|us|µs|ns|h|m|s)")
_DURATION = re.compile(rf"[+-]?(?:{_PART.pattern})+")
_DENOMINATORS = {"HUNDRED": 100, "TEN_THOUSAND": 10_000, "MILLION": 1_000_000}


def dig(value: Any, *path: str | int) -> Any:
    """What stands at a path; None where there is nothing."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(value, list) or not -len(value) <= part < len(value):
                return None
        elif not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def duration(value: Any) -> str | None:
    """`1.5s` for `1500ms`, `1.500s`, `1m30s` and the like; what is no duration stays as it is."""
    if value is None:
        return None
    written = str(value)
    if not _DURATION.fullmatch(written):
        return written
    seconds = sum((Decimal(n) * _UNITS[unit] for n, unit in _PART.findall(written)), Decimal(0))
    return f"{_plain(-seconds if written.startswith('-') else seconds)}s"


def number(value: Any) -> int | str | None:
    """A whole number, also one written as text as 64-bit ones are."""
    value = unwrapped(value)
    if value is None or isinstance(value, bool):
        return None
    exact = _exact(value)
    if exact is None:
        return str(value)
    return int(exact) if exact == exact.to_integral_value() else _plain(exact)


def percent(value: Any) -> str | None:
    """`12.5%` for a number of percent or `{"value": 12.5}`; an empty message is zero."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        value = value.get("value", 0)
    exact = _exact(value)
    return str(value) if exact is None else f"{_plain(exact)}%"


def fraction(value: Any) -> str | None:
    """`12.5%` for a FractionalPercent of Envoy's."""
    if not isinstance(value, Mapping):
        return None
    whole = _DENOMINATORS.get(str(value.get("denominator", "HUNDRED")), 100)
    exact = _exact(value.get("numerator", 0))
    return str(value) if exact is None else f"{_plain(exact * 100 / whole)}%"


def flag(value: Any) -> bool:
    """A boolean, also in its wrapper; absent is false."""
    return unwrapped(value) is True


def unwrapped(value: Any) -> Any:
    """The value in a wrapper such as `{"value": 3}`."""
    return value["value"] if isinstance(value, Mapping) and value.keys() == {"value"} else value


def same(one: Any, other: Any) -> bool:
    """Whether two scalars of one field of Envoy's mean the same."""
    if one == other and isinstance(one, bool) == isinstance(other, bool):
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, str) and isinstance(other, str):
        return bool(_DURATION.fullmatch(one) and _DURATION.fullmatch(other)) and duration(one) == duration(other)
    if isinstance(one, str | int | float) and isinstance(other, str | int | float):
        return number(one) == number(other)
    return False


def _exact(value: Any) -> Decimal | None:
    """A number of a sane size; None for everything else."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and abs(exact.adjusted()) < _DIGITS else None


def _plain(exact: Decimal) -> str:
    shown = f"{exact:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
