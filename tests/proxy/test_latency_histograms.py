"""The arithmetic of histograms: percentiles between their bounds, sums of replicas, windows, restarts."""

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshctl.model.latency import QUANTILES
from meshctl.proxy.latency.estimate import is_confident, percentiles, rank_interval
from meshctl.proxy.latency.histogram import (
    Bin,
    Grain,
    Histogram,
    difference,
    from_bins,
    from_cumulative,
    from_disjoint,
    merged,
    step,
)

BOUNDS = (0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, inf)


def envoys_bin(duration: float) -> tuple[float, float, int]:
    """(lower end, width, 1) of the bin that Envoy puts a duration into."""
    whole = int(duration)
    if whole == 0:
        return 0.0, 0.0, 1
    width = step(float(whole))
    return whole // width * width if width >= 1 else float(whole), width, 1


def as_bins(durations: list[float]) -> Histogram:
    counts: dict[tuple[float, float], int] = {}
    for low, width, _ in map(envoys_bin, durations):
        counts[low, width] = counts.get((low, width), 0) + 1
    return from_bins((low, width, count) for (low, width), count in counts.items())


def as_buckets(durations: list[float]) -> Histogram:
    """As Envoy does it: a bin that begins at a bound is below it."""
    lower_ends = [envoys_bin(duration)[0] for duration in durations]
    return from_cumulative((bound, sum(low <= bound for low in lower_ends)) for bound in BOUNDS)


durations = st.lists(st.floats(0.01, 20_000), min_size=1, max_size=300)


@given(durations)
@pytest.mark.parametrize("shape", [as_bins, as_buckets])
def test_the_true_percentile_is_within_the_bounds(shape: type, values: list[float]) -> None:
    ordered = sorted(values)
    for each in percentiles(shape(values)):
        rank = each.q * len(values)
        true = ordered[min(len(values) - 1, max(0, -int(-rank // 1) - 1))]
        assert each.low <= true <= (inf if each.high is None else each.high)
        assert each.value is None or each.low <= each.value <= (each.high or inf)
        assert each.likely_low <= each.low


@given(durations, durations)
@pytest.mark.parametrize("shape", [as_bins, as_buckets])
def test_replicas_add_up_to_what_one_proxy_would_have_counted(
    shape: type, one: list[float], other: list[float]
) -> None:
    together = merged([shape(one), shape(other)])
    assert together is not None
    assert {b: n for b, n in together.counts.items() if n} == {
        b: n for b, n in shape([*one, *other]).counts.items() if n
    }
    assert difference(shape(one), together).requests == len(other)


def test_percentiles_of_replicas_are_not_averaged() -> None:
    fast, slow = as_bins([2.0] * 900), as_bins([800.0] * 100)
    together = merged([fast, slow])
    assert together is not None
    p50, p90, p95, _ = percentiles(together)
    assert p50.value is not None and p50.value < 3
    assert p90.value is not None and p90.value < 3
    assert p95.low == 800


def test_envoys_bucket_reaches_into_the_next_bin() -> None:
    # Up to 100 counts what took 109, for the bin from 100 to 110 begins at the bound.
    slow = as_buckets([109.0] * 50)
    assert slow.counts[Bin(50, 100)] == 50
    (p50, *_) = percentiles(slow)
    assert (p50.low, p50.high) == (50, 110)
    # A program that measures exactly has nothing there.
    (p50, *_) = percentiles(from_cumulative([(50, 0), (100, 50), (inf, 50)], grain=Grain.EXACT))
    assert (p50.low, p50.high) == (50, 100)


def test_whole_milliseconds_hide_a_part() -> None:
    (p50, *_) = percentiles(as_bins([0.9] * 100))
    assert (p50.low, p50.high) == (0, 1)
    (p50, *_) = percentiles(as_bins([2.999] * 100))
    assert (p50.low, p50.high) == (2, 3)


def test_beyond_the_highest_bound_there_is_no_value() -> None:
    (p50, *_, p99) = percentiles(from_cumulative([(10, 60), (100, 60), (inf, 100)]))
    assert p50.value is not None
    assert (p99.value, p99.low, p99.high) == (None, 100, None)


def test_an_empty_bucket_without_an_end_does_not_hide_the_mean() -> None:
    assert from_cumulative([(10, 4), (inf, 4)]).mean == 5
    assert from_cumulative([(10, 4), (inf, 5)]).mean is None


def test_no_requests_no_percentiles() -> None:
    empty = from_cumulative((bound, 0) for bound in BOUNDS)
    assert percentiles(empty) == () and empty.mean is None and empty.mean_range is None


@pytest.mark.parametrize(("q", "enough"), [(0.5, 20), (0.9, 100), (0.95, 200), (0.99, 1000)])
def test_confidence_needs_ten_requests_beyond(q: float, enough: int) -> None:
    assert is_confident(q, enough) and not is_confident(q, enough - 1)


def test_a_window_is_what_was_counted_in_it() -> None:
    before, after = as_buckets([3.0, 30.0]), as_buckets([3.0, 30.0, 30.0, 700.0])
    assert {b: n for b, n in difference(before, after).counts.items() if n} == {Bin(25, 50): 1, Bin(500, 1000): 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (as_bins([3.0, 30.0]), as_bins([4.0])),
        (as_bins([3.0, 3.0]), as_bins([3.0, 40.0, 40.0])),
        (as_buckets([3.0]), from_disjoint([(5, 0), (50, 9)])),
    ],
    ids=["a bin is gone", "a count fell", "other buckets"],
)
def test_after_a_restart_the_first_sample_is_of_no_use(before: Histogram, after: Histogram) -> None:
    assert difference(before, after) is after


def test_proxies_with_different_buckets_meet_in_what_they_share() -> None:
    fine, coarse = from_cumulative([(5, 2), (10, 4), (50, 6), (inf, 6)]), from_cumulative([(10, 1), (100, 3), (inf, 3)])
    together = merged([fine, coarse])
    assert together is not None
    assert together.counts == {Bin(0, 10): 5, Bin(10, inf): 4}
    with_bins = merged([coarse, as_bins([10.0, 104.0])])
    assert with_bins is not None
    assert with_bins.counts == {Bin(0, 10): 2, Bin(10, 100): 3, Bin(100, inf): 0}


@pytest.mark.parametrize("bins", [[(-1.0, 1.0, 2)], [(1.0, -2.0, 2)], [(1.0, 1.0, -2)], [(inf, 1.0, 2)]])
def test_what_is_no_range_and_no_count_is_refused(bins: list[tuple[float, float, int]]) -> None:
    with pytest.raises(ValueError, match="is no"):
        from_bins(bins)


def test_sums_are_as_good_as_their_source() -> None:
    true = [random.Random(7).uniform(1, 400) for _ in range(2000)]
    mean = sum(true) / len(true)
    bins = as_bins(true)
    for histogram in (bins, Histogram(as_buckets(true).counts, Grain.BUCKETS, bins.mean and bins.mean * len(true))):
        assert histogram.mean_range is not None
        assert histogram.mean_range.low <= mean <= histogram.mean_range.high
        assert histogram.mean_range.high - histogram.mean_range.low < 0.15 * mean
    exact = Histogram({Bin(0, 1000): 2}, Grain.EXACT, 7.0)
    assert exact.mean == 3.5 and exact.mean_range == (3.5, 3.5)


def test_the_likely_range_holds_the_true_percentile_about_as_often_as_it_says() -> None:
    luck = random.Random(11)
    held = dict.fromkeys(QUANTILES, 0)
    for _ in range(300):
        ordered = sorted(luck.random() for _ in range(1200))
        for q in QUANTILES:
            low, high = rank_interval(q, 1200)
            held[q] += ordered[max(0, int(low) - 1)] <= q <= ordered[min(1199, int(high))]
    assert all(number >= 0.93 * 300 for number in held.values()), held
    assert held[0.5] < 300, "a range that always holds it is too wide to be of use"
