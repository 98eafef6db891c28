"""Before and after: how often a verdict is wrong, how often a difference is seen, and what limits make of it."""

import random
from collections.abc import Callable

import pytest

from meshctl.model.latency import Verdict
from meshctl.proxy.latency.compare import Limit, against_others, compared, parse_limit
from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.groups import Group, by_proxy, by_workload
from meshctl.proxy.latency.histogram import Grain, Histogram, from_cumulative
from meshctl.proxy.latency.report import concerns, report
from meshctl.proxy.latency.saved import decode, encode
from meshctl.proxy.latency.series import Key, Sample, Series, between, together
from tests.proxy.test_latency_histograms import as_bins, as_buckets

KEY = Key("downstream", "inbound_0.0.0.0_8080")
Shape = Callable[[list[float]], Histogram]
both = pytest.mark.parametrize("shape", [as_bins, as_buckets])


def traffic(luck: random.Random, number: int, factor: float = 1.0) -> list[float]:
    """A long tail, as latencies have."""
    return [factor * luck.lognormvariate(3, 0.7) for _ in range(number)]


@both
def test_no_difference_is_seen_where_there_is_none(shape: Shape) -> None:
    luck = random.Random(3)
    verdicts = [
        change.verdict
        for _ in range(60)
        for change in compared(Series(shape(traffic(luck, 1500))), Series(shape(traffic(luck, 1500))))
    ]
    assert sum(verdict is not Verdict.SAME for verdict in verdicts) <= 0.02 * len(verdicts)


def test_a_difference_that_is_there_is_seen() -> None:
    luck = random.Random(5)
    for _ in range(10):
        quick, slow = Series(as_bins(traffic(luck, 5000))), Series(as_bins(traffic(luck, 5000, 1.3)))
        *most, p99 = (change.verdict for change in compared(quick, slow))
        # Fifty requests beyond p99 do not always tell.
        assert set(most) == {Verdict.SLOWER} and p99 in (Verdict.SLOWER, Verdict.SAME)
        *most, p99 = (change.verdict for change in compared(slow, quick))
        assert set(most) == {Verdict.FASTER} and p99 in (Verdict.FASTER, Verdict.SAME)


@both
def test_few_requests_tell_nothing(shape: Shape) -> None:
    quick, slow = Series(shape([2.0] * 90)), Series(shape([80.0] * 90))
    assert [change.verdict for change in compared(quick, slow)] == [Verdict.SLOWER, *[Verdict.FEW] * 3]


def test_percentiles_without_counts_tell_nothing() -> None:
    quick, slow = Series(Computed({0.5: 2.0}), 5000), Series(Computed({0.5: 90.0}), 5000)
    (change,) = compared(quick, slow, [parse_limit("p50=1ms")])
    assert (change.verdict, change.exceeded) == (Verdict.FEW, None)


def test_beyond_the_highest_bucket_is_slower() -> None:
    quick = Series(from_cumulative([(10, 5000), (100, 5000), (float("inf"), 5000)]))
    slow = Series(from_cumulative([(10, 0), (100, 0), (float("inf"), 5000)]))
    (change, *_) = compared(quick, slow, [parse_limit("p50=50ms")])
    assert (change.after.value, change.verdict, change.exceeded) == (None, Verdict.SLOWER, True)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("p99=5ms", Limit(0.99, 5.0, None, "5ms")),
        ("p50=0.2s", Limit(0.5, 200.0, None, "0.2s")),
        ("p95=10%", Limit(0.95, None, 0.1, "10%")),
        ("p99=5ms|10%", Limit(0.99, 5.0, 0.1, "5ms or 10%")),
        ("p99=10% | 0.2s | 90ms", Limit(0.99, 90.0, 0.1, "10% or 0.2s or 90ms")),
    ],
)
def test_limits_are_read(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize(
    ("factor", "limit", "exceeded"),
    [
        (1.0, "p50=10%", False),
        (1.3, "p50=10%", True),
        (1.3, "p50=50%", False),
        (1.3, "p50=1s", False),
        (1.3, "p50=1s|10%", True),
        (1.3, "p50=0.01ms|50%", True),
        (1.3, "p50=1s|50%", False),
    ],
)
def test_only_a_certain_increase_beyond_the_limit_exceeds_it(factor: float, limit: str, exceeded: bool) -> None:
    luck = random.Random(9)
    before, after = Series(as_bins(traffic(luck, 8000))), Series(as_bins(traffic(luck, 8000, factor)))
    change, *_ = compared(before, after, [parse_limit(limit)])
    assert change.exceeded is exceeded


def test_several_limits_of_one_percentile_are_each_told() -> None:
    luck = random.Random(9)
    before, after = Series(as_bins(traffic(luck, 8000))), Series(as_bins(traffic(luck, 8000, 1.5)))
    found = compared(before, after, [parse_limit("p50=10%"), parse_limit("p50=1s")])
    assert [(change.limit, change.exceeded) for change in found[:2]] == [("10%", True), ("1s", False)]


def sample(name: str, durations: list[float], answered: int = 0, errors: int = 0) -> Sample:
    series = Series(as_bins(durations), answered or len(durations), errors)
    return Sample("", "shop", name, "web", {KEY: series})


def test_a_replica_that_is_slower_than_the_others_stands_out() -> None:
    luck = random.Random(2)
    samples = [sample(f"web-{i}", traffic(luck, 2000, 1.6 if i == 3 else 1.0)) for i in range(5)]
    (workload,) = by_workload(samples)
    found = {g.proxies[0]: against_others(g.series[KEY], workload.series[KEY]) for g in by_proxy(samples)}
    assert found["web-3"] is Verdict.SLOWER
    assert [name for name, verdict in found.items() if verdict is Verdict.SLOWER] == ["web-3"]
    rows = report(samples, []).tables["latencyByProxy"]
    assert [row["proxies"] for row in rows if row["deviation"] == "slower"] == [["web-3"]]


def test_a_restart_between_two_samples_leaves_the_second_alone() -> None:
    before, after = sample("web-0", [3.0] * 50, 50, 9), sample("web-0", [4.0] * 20, 20, 1)
    found = between(before, after).series[KEY]
    assert (found.requests, found.answered, found.errors) == (20, 20, 1)
    more = sample("web-0", [3.0] * 50 + [4.0] * 20, 70, 10)
    found = between(before, more).series[KEY]
    assert (found.requests, found.answered, found.errors) == (20, 20, 1)


def test_replicas_of_which_one_has_no_counts_have_no_percentiles() -> None:
    found = together([Series(as_bins([3.0] * 50), 50), Series(Computed({0.5: 3.0}), 50)])
    assert (found.times, found.answered) == (None, 100)


def test_what_is_saved_is_read_again() -> None:
    series = {
        KEY: Series(as_bins([3.0, 40.0]), 2, 1, 3),
        Key("upstream", "a"): Series(Histogram(as_buckets([3.0, 90_000.0]).counts, Grain.BUCKETS, 7.5), 2),
        Key("source", "b", "web.shop"): Series(Computed({0.5: 2.25}), 9),
        Key("upstream", "without"): Series(None, 4, 4),
    }
    group = Group("east", "shop", "web", ("web-1", "web-2"), series)
    (found,) = decode(encode([group]))
    assert found == group and found.series == series


def test_what_means_a_proxy() -> None:
    each = sample("web-0", [1.0])
    assert all(concerns(each, target) for target in ("", "shop", "web", "web-0", "shop/web", "shop/web-0"))
    assert not any(concerns(each, target) for target in ("sho", "web-", "bank/web", "shop/"))
