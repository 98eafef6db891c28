"""Values that mean the same are the same, however they are written; others are not."""

from typing import Any

import pytest

from meshctl.proxy.drift.structure import differences
from meshctl.proxy.drift.values import dig, duration, fraction, number, percent, same


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1500ms", "1.5s"),
        ("1.500s", "1.5s"),
        ("1m30s", "90s"),
        ("1h", "3600s"),
        ("0.750s", "0.75s"),
        ("0s", "0s"),
        ("90", "90"),
        ("10x", "10x"),
        (None, None),
    ],
)
def test_durations(written: str | None, meant: str | None) -> None:
    assert duration(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"numerator": 125000, "denominator": "MILLION"}, "12.5%"),
        ({"numerator": 100}, "100%"),
        ({"denominator": "TEN_THOUSAND"}, "0%"),
        ({"numerator": 1000, "denominator": "MILLION"}, "0.1%"),
    ],
)
def test_fractions(written: Any, meant: str) -> None:
    assert fraction(written) == meant


@pytest.mark.parametrize(("written", "meant"), [({}, "0%"), ({"value": 12.5}, "12.5%"), (100, "100%"), (None, None)])
def test_percents(written: Any, meant: str | None) -> None:
    assert percent(written) == meant


NUMBERS = [("2048", 2048), ({"value": 3}, 3), (2.0, 2), (None, None), (True, None)]


@pytest.mark.parametrize(("written", "meant"), NUMBERS)
def test_numbers(written: Any, meant: int | None) -> None:
    assert number(written) == meant


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("4s", "4.000s", True),
        ("60s", "1m", True),
        ("2048", 2048, True),
        ("4s", "5s", False),
        (False, 0, False),
        (True, "true", False),
        ("a", "A", False),
    ],
)
def test_scalars_of_one_field(one: Any, other: Any, alike: bool) -> None:
    assert same(one, other) is alike


def test_a_place_that_is_not_there_is_none() -> None:
    assert dig({"a": [{"b": 1}]}, "a", 0, "b") == 1
    assert dig({"a": [{"b": 1}]}, "a", 1, "b") is None
    assert dig({"a": "text"}, "a", "b") is None


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [(("a", "b"), 1, 2)]),
        ({"domains": ["a", "b"]}, {"domains": ["b", "a"]}, []),
        ({"domains": ["a", "b"]}, {"domains": ["a", "c"]}, [(("domains",), ["b"], ["c"])]),
        ({"timeout": "4s"}, {"timeout": "4.0s"}, []),
        ({"a": ""}, {}, []),
        ({"a": {}}, {}, [(("a",), {}, None)]),
        ({"enforcing": 0}, {}, [(("enforcing",), 0, None)]),
        ({"key": "[redacted]"}, {"key": "secret"}, []),
        (
            {"filters": [{"name": "a"}, {"name": "b"}]},
            {"filters": [{"name": "b"}]},
            [(("filters", "a"), {"name": "a"}, None)],
        ),
        (
            {"filters": [{"name": "a"}, {"name": "b"}]},
            {"filters": [{"name": "b"}, {"name": "a"}]},
            [(("filters",), ["a", "b"], ["b", "a"])],
        ),
    ],
)
def test_differences_of_messages(one: Any, other: Any, found: list[Any]) -> None:
    assert list(differences(one, other)) == found
