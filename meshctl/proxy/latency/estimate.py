"""Percentiles with what they are worth: the range of their bucket, and that of the luck of the sample."""

from collections.abc import Iterable, Mapping
from math import inf, sqrt

from msgspec import Struct

from meshctl.model.latency import QUANTILES, Percentile
from meshctl.proxy.latency.histogram import Histogram, Ranked, step

# Two-sided, 95 percent.
_Z = 1.96
# Below this many requests beyond a percentile it is decided by few of them.
ENOUGH_BEYOND = 10


class Computed(Struct, frozen=True):
    """Percentiles that a proxy computed itself; without counts they can be neither added nor subtracted."""

    values: Mapping[float, float]


def percentiles(histogram: Histogram, wanted: Iterable[float] = QUANTILES) -> tuple[Percentile, ...]:
    """The percentiles of a histogram; none of one without requests."""
    if not histogram.requests:
        return ()
    ranked = Ranked(histogram)
    number, found = ranked.requests, []
    for q in wanted:
        value, bound = ranked.at(q * number)
        (_, least), (_, most) = (ranked.at(rank) for rank in rank_interval(q, number))
        found.append(
            Percentile(
                q=q,
                value=_finite(value),
                low=bound.low,
                high=_finite(bound.high),
                likely_low=least.low,
                likely_high=_finite(most.high),
                confident=is_confident(q, number),
            )
        )
    return tuple(found)


def computed_percentiles(computed: Computed, requests: int | None) -> tuple[Percentile, ...]:
    """As Envoy printed them: each lies in the bin of two significant digits that holds it."""
    found = []
    for q in QUANTILES:
        if (value := computed.values.get(q)) is not None:
            width = max(1.0, step(value))
            low = float(value // width * width)
            found.append(Percentile(q, value, low, low + width, 0.0, None, is_confident(q, requests or 0)))
    return tuple(found)


def is_confident(q: float, number: int) -> bool:
    """Whether enough requests lie beyond the percentile: 100 in all for p90, 1,000 for p99."""
    return number * (1 - q) >= ENOUGH_BEYOND - 1e-9


def rank_interval(q: float, number: int) -> tuple[float, float]:
    """The ranks between which the true percentile lies with 95 percent, whatever the durations look like.

    How many of `number` requests lie below it is binomial; the normal approximation serves where enough lie beyond.
    """
    spread = _Z * sqrt(number * q * (1 - q))
    return max(0.0, number * q - spread), min(float(number), number * q + spread + 1)


def _finite(value: float) -> float | None:
    return None if value == inf else value
