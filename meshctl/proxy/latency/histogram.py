"""Counts of durations by range: merged by adding, windowed by subtracting, never by averaging percentiles."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from itertools import accumulate, pairwise
from math import ceil, floor, inf, log10
from typing import NamedTuple

from msgspec import Struct


class Bin(NamedTuple):
    """A range of durations in milliseconds; the upper end may be infinite."""

    lower: float
    upper: float


class Grain(Enum):
    """What the ranges of a histogram really hold.

    Envoy cuts durations to whole milliseconds and sorts them into bins of two significant digits (BINS). Its buckets
    (BUCKETS) are made of those, so that the bucket "up to 100" also holds what took 109. Other programs sort what they
    measured into the buckets themselves (EXACT).
    """

    BINS = "bins"
    BUCKETS = "buckets"
    EXACT = "exact"


class Range(NamedTuple):
    """Where a duration certainly lies, in milliseconds; the upper end may be infinite."""

    low: float
    high: float


class Histogram(Struct, frozen=True):
    """How many requests took how long. `total` is the sum of the durations as the source tells it, where it does."""

    counts: Mapping[Bin, int]
    grain: Grain
    total: float | None = None

    @property
    def requests(self) -> int:
        """How many durations were counted."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean in milliseconds; None where there is none, or where a part of it has no upper end."""
        if not self.requests:
            return None
        if self.total is not None:
            return self.total / self.requests
        used = [(each, count) for each, count in self.counts.items() if count]
        if any(each.upper == inf for each, _ in used):
            return None
        return sum((each.lower + each.upper) / 2 * count for each, count in used) / self.requests

    @property
    def mean_range(self) -> Range | None:
        """Where the mean certainly lies. Envoy makes its sums from the middles of its bins: they are not exact."""
        mean, number = self.mean, self.requests
        if mean is None:
            return None
        if self.total is not None and self.grain is Grain.EXACT:
            return Range(mean, mean)
        if self.total is not None:
            return Range(max(0.0, mean - max(0.5, mean * 0.05)), mean + max(1.0, mean * 0.05))
        ends = [(self.truth(each), count) for each, count in self.counts.items()]
        low, high = (sum(end[side] * count for end, count in ends if count) / number for side in (0, 1))
        return Range(low, high)

    def truth(self, each: Bin) -> Range:
        """Where the durations counted in a range can lie."""
        return _truth(each, self.grain)


class Ranked:
    """The requests of a histogram in the order of their durations; there must be some."""

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram
        self._bins = sorted(each for each, count in histogram.counts.items() if count)
        self._up_to = list(accumulate(histogram.counts[each] for each in self._bins))
        self.requests = self._up_to[-1]

    def at(self, rank: float) -> tuple[float, Range]:
        """The duration that so many requests do not exceed, and where it certainly lies; `rank` is 0 to `requests`.

        Spread evenly within a range, as everybody does; infinite in one without an upper end.
        """
        i = bisect_left(self._up_to, rank)
        each, below = self._bins[i], self._up_to[i - 1] if i else 0
        part = max(0.0, (rank - below) / (self._up_to[i] - below))
        value = inf if each.upper == inf else each.lower + (each.upper - each.lower) * part
        return value, self._histogram.truth(each)


def bin_of(lower: float, upper: float) -> Bin:
    """A range. Raises ValueError for what is none."""
    if not 0 <= lower <= upper or lower == inf:
        raise ValueError(f"{lower:g} to {upper:g} is no range of durations")
    return Bin(lower, upper)


def natural(number: object) -> int:
    """A count. Raises ValueError for what is none."""
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{number!r} is no count")
    return number


@lru_cache(4096)
def _truth(each: Bin, grain: Grain) -> Range:
    """Millions of look-ups of a few ranges."""
    if grain is Grain.EXACT or each.upper == inf:
        return Range(each.lower, each.upper)
    upper = each.upper + (step(each.upper) if grain is Grain.BUCKETS else 0)
    return Range(float(floor(each.lower)), float(max(floor(each.lower) + 1, ceil(round(upper, 9)))))


def step(bound: float) -> float:
    """The width of Envoy's bin that begins at this bound: two significant digits."""
    return 10.0 ** (floor(log10(bound)) - 1) if bound > 0 else 0.0


def from_cumulative(
    bounds: Iterable[tuple[float, float]], total: float | None = None, grain: Grain = Grain.BUCKETS
) -> Histogram:
    """From (upper bound, count of all up to there), in any order. Raises ValueError for what is no bound.

    Prometheus extrapolates each bucket by itself, so that counts may fall by a little: they are raised again.
    """
    counts: dict[Bin, int] = {}
    lower, before = 0.0, 0
    for bound, number in sorted(bounds):
        count = max(before, round(number))
        counts[bin_of(lower, bound)] = count - before
        lower, before = bound, count
    return Histogram(counts, grain, total)


def from_disjoint(bounds: Iterable[tuple[float, int]]) -> Histogram:
    """From Envoy's (upper bound, count of this bucket alone). What is above the last bound is not told.

    Raises ValueError for what is no bound or no count.
    """
    counts: dict[Bin, int] = {}
    lower = 0.0
    for bound, count in sorted(bounds):
        counts[bin_of(lower, bound)] = natural(count)
        lower = bound
    return Histogram(counts, Grain.BUCKETS)


def from_bins(bins: Iterable[tuple[float, float, int]]) -> Histogram:
    """From Envoy's own bins, as (lower end, width, count). Raises ValueError for what is no range or no count."""
    return Histogram({bin_of(_clean(low), _clean(low + width)): natural(n) for low, width, n in bins}, Grain.BINS)


def merged(histograms: Iterable[Histogram]) -> Histogram | None:
    """All requests of several together, in the ranges that they have in common. None of none."""
    given = [each for each in histograms]
    if not given:
        return None
    kinds = {each.grain for each in given}
    if len(kinds) > 1 or not all(_aligned(given[0], each) for each in given[1:]):
        shared = _shared_bounds(given)
        kind = Grain.EXACT if kinds == {Grain.EXACT} else Grain.BUCKETS
        given = [_coarser(each, shared, kind) for each in given]
    counts: dict[Bin, int] = {}
    for histogram in given:
        for each, count in histogram.counts.items():
            counts[each] = counts.get(each, 0) + count
    totals = [each.total for each in given if each.total is not None]
    return Histogram(counts, given[0].grain, sum(totals) if len(totals) == len(given) else None)


def difference(before: Histogram, after: Histogram) -> Histogram:
    """What was counted between two samples. If any count fell the proxy has restarted: then all there is is `after`."""
    if before.grain is not after.grain or not _aligned(before, after):
        return after
    counts = {each: count - before.counts.get(each, 0) for each, count in after.counts.items()}
    gone = any(count for each, count in before.counts.items() if each not in counts)
    if gone or any(count < 0 for count in counts.values()):
        return after
    known = before.total is not None and after.total is not None
    return Histogram(counts, after.grain, max(0.0, (after.total or 0) - (before.total or 0)) if known else None)


def _clean(value: float) -> float:
    """Envoy prints 110.00000000000001."""
    return float(f"{value:.6g}")


def _aligned(one: Histogram, other: Histogram) -> bool:
    """Whether adding range by range is right: Envoy's bins are the same everywhere, buckets are configured."""
    return one.grain is Grain.BINS or one.counts.keys() == other.counts.keys()


def _shared_bounds(histograms: Iterable[Histogram]) -> list[float]:
    bounds = [{each.upper for each in h.counts} for h in histograms if h.grain is not Grain.BINS]
    return sorted(set.intersection(*bounds) | {inf}) if bounds else [inf]


def _coarser(histogram: Histogram, bounds: list[float], grain: Grain) -> Histogram:
    """The same requests in wider ranges; as Envoy does it, a bin that begins at a bound belongs below it."""
    counts = {Bin(lower, upper): 0 for lower, upper in pairwise([0.0, *bounds])}
    for each, count in histogram.counts.items():
        edge = each.lower if histogram.grain is Grain.BINS else each.upper
        upper = next(bound for bound in bounds if edge <= bound)
        place = next(place for place in counts if place.upper == upper)
        counts[place] += count
    return Histogram(counts, grain, histogram.total)
