"""Amounts of CPU and memory as Kubernetes writes them: `250m`, `1.5`, `128Mi`, `1e3`; exact, without floats."""

import re
from fractions import Fraction
from functools import lru_cache

_FORM = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:(?P<point>\.)(?P<part>[0-9]*))?"
    r"(?:(?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<exponent>[+-]?[0-9]+))?",
    re.ASCII,
)
_SUFFIXES = {"n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000)}
_SUFFIXES |= {letter: Fraction(1000**power) for power, letter in enumerate("kMGTPE", 1)}
_SUFFIXES |= {f"{letter}i": Fraction(1024**power) for power, letter in enumerate("KMGTPE", 1)}
_NANO = 10**9
# Kubernetes counts in 64 bits: a larger amount is this one.
_LARGEST = Fraction(2**63 - 1)
# A longer text is no amount that anybody meant.
_LONGEST = 200


def quantity(value: object) -> Fraction | None:
    """The amount, in cores or bytes, that a text or number of a manifest stands for; None if it is no quantity.

    As the API server does, anything finer than a billionth is rounded away from zero, and the largest amount is 2^63-1.
    """
    return _parsed(_text(value))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if isinstance(value, bool) or not isinstance(value, int | float) else repr(value)


def _parsed(text: str) -> Fraction | None:
    if len(text) > _LONGEST or not (match := _FORM.fullmatch(text)):
        return None
    digits = match["whole"] + (match["part"] or "")
    if not digits:
        return None
    amount = _scaled(int(digits), len(match["part"] or ""), match["suffix"], match["exponent"])
    rounded = min(Fraction(-(-amount.numerator * _NANO // amount.denominator), _NANO), _LARGEST)
    return -rounded if match["sign"] == "-" else rounded


def _scaled(digits: int, places: int, suffix: str | None, exponent: str | None) -> Fraction:
    if suffix:
        return Fraction(digits, 10**places) * _SUFFIXES[suffix]
    # Beyond these bounds the result is the largest or the smallest amount anyway, and the power would fill the memory.
    power = max(-2 * _LONGEST, min(2 * _LONGEST, int(exponent or 0)))
    return Fraction(digits, 10**places) * Fraction(10) ** power


def millicores(value: object) -> int | None:
    """CPU in thousandths of a core, rounded away from zero; None if it is no quantity."""
    return _whole(_text(value), 1000)


def memory_bytes(value: object) -> int | None:
    """Memory in bytes, rounded away from zero; None if it is no quantity."""
    return _whole(_text(value), 1)


@lru_cache(maxsize=4096)
def _whole(text: str, units: int) -> int | None:
    """The amount in units of 1/`units`, rounded away from zero; a mesh has few different texts and many of each."""
    amount = _parsed(text)
    if amount is None:
        return None
    size = -(-abs(amount.numerator) * units // amount.denominator)
    return size if amount >= 0 else -size
