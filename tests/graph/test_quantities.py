"""Amounts as Kubernetes reads them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshctl.graph.quantities import memory_bytes, millicores, quantity
from meshctl.model.amounts import cpu_text, memory_text, whole_memory_text
from meshctl.model.timespan import seconds

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("250m", 250),
        ("1.5", 1500),
        ("2", 2000),
        (".5", 500),
        ("5.", 5000),
        ("1e3", 1_000_000),
        ("5E-1", 500),
        ("100u", 1),
        ("1n", 1),
        ("0", 0),
        ("0.0000000000001", 1),
        ("1001u", 2),
        ("-1m", -1),
        ("-1001u", -2),
        ("+1k", 1_000_000),
        (1, 1000),
        (0.1, 100),
        (1e-05, 1),
    ],
)
def test_cpu_is_rounded_away_from_zero(text: object, millis: int) -> None:
    assert millicores(text) == millis


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("128Mi", 128 * 1024**2),
        ("1.5Gi", 3 * 1024**3 // 2),
        ("1Ki", 1024),
        ("1k", 1000),
        ("1M", 10**6),
        ("1G", 10**9),
        ("1T", 10**12),
        ("1P", 10**15),
        ("1E", 10**18),
        ("1Ti", 1024**4),
        ("1Pi", 1024**5),
        ("1Ei", 1024**6),
        ("100m", 1),
        ("1E3", 1000),
        ("8Ei", LARGEST),
        ("1e30", LARGEST),
        ("1e999999999999", LARGEST),
        (134217728, 128 * 1024**2),
    ],
)
def test_memory(text: object, size: int) -> None:
    assert memory_bytes(text) == size


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "+", "m", "Mi", "1 Mi", " 1", "1 ", "1\n", "1\x00", "1K", "1ki", "128MB", "1e", "1e1.5", "1mi"),
        *("1,5", "--1", "0x10", "1_000", "\u0661", "inf", "nan", "1" * 201, True, None, float("inf"), [], {}),
    ],
)
def test_no_quantity(text: object) -> None:
    assert quantity(text) is None
    assert millicores(text) is None
    assert memory_bytes(text) is None


@pytest.mark.parametrize(
    ("millis", "text"),
    [(0, "0"), (1, "1m"), (250, "250m"), (1000, "1"), (12_500, "12.5"), (1234, "1.234"), (-20, "-20m")],
)
def test_cpu_text(millis: int, text: str) -> None:
    assert cpu_text(millis) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0"),
        (512, "512"),
        (1536, "1.5Ki"),
        (128 * 1024**2, "128Mi"),
        (1288490189, "1.2Gi"),
        (60_000_000, "57.2Mi"),
        (5 << 40, "5Ti"),
        (1024**3 - 1, "1Gi"),
        (2 * 1024**6, "2Ei"),
        (-1024, "-1Ki"),
    ],
)
def test_memory_text(size: int, text: str) -> None:
    assert memory_text(size) == text


@pytest.mark.parametrize(
    ("mi", "text"), [(0, "0Mi"), (1, "1Mi"), (1152, "1152Mi"), (2048, "2Gi"), (-512, "-512Mi"), (0.26, "0.3Mi")]
)
def test_whole_memory_text(mi: float, text: str) -> None:
    assert whole_memory_text(round(mi * 1024**2)) == text


@given(st.lists(st.integers(0, 10**6)))
def test_whole_mi_add_up_to_the_last_digit(amounts: list[int]) -> None:
    texts = [whole_memory_text(mi * 1024**2) for mi in amounts]
    assert sum(memory_bytes(text) or 0 for text in texts) == sum(amounts) * 1024**2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("500ms", 0.5), ("10s", 10), ("1.5m", 90), ("1h", 3600), ("7d", 604800), ("", None), ("1", None), ("1h30m", None)],
)
def test_spans_of_time(text: str, wanted: float | None) -> None:
    assert seconds(text) == wanted


@given(st.integers(-(10**9), 10**9))
def test_cpu_text_reads_back_exactly(millis: int) -> None:
    assert millicores(cpu_text(millis)) == millis


@given(st.integers(0, 2**62))
def test_memory_text_is_within_a_twentieth_of_what_it_stands_for(size: int) -> None:
    read = memory_bytes(memory_text(size))
    assert read is not None
    assert abs(read - size) * 20 <= max(size, 20)


@given(st.integers(0, 10**12), st.integers(0, 9))
def test_decimals_do_not_drift(digits: int, places: int) -> None:
    text = f"{digits:0{places + 1}d}"
    written = f"{text[: len(text) - places]}.{text[len(text) - places :]}"
    assert quantity(written) == Fraction(digits, 10**places)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = quantity(text)
    assert found is None or abs(found) <= LARGEST
