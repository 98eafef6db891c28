"""Before and after: what two measurements tell, and whether an increase is more than is allowed."""

import re
from collections.abc import Mapping, Sequence
from math import inf

from msgspec import Struct

from meshctl.model.latency import QUANTILES, Change, Percentile, Verdict
from meshctl.proxy.latency.estimate import Computed, computed_percentiles, percentiles
from meshctl.proxy.latency.groups import Group
from meshctl.proxy.latency.histogram import Histogram, difference
from meshctl.proxy.latency.series import Key, Series

Place = tuple[str, str, str]
"""Cluster, namespace and workload."""

_LIMIT = re.compile(r"p(?P<percent>\d+)=(?P<allowed>[^=]+)")
_ALLOWED = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|%)")


class NotALimit(Exception):
    """A limit that cannot be read; the text is a sentence without a full stop."""


class Limit(Struct, frozen=True):
    """How much a percentile may increase: by milliseconds, by a part of what it was, or where both are set by neither
    more than the one nor more than the other. `text` says it in words.
    """

    q: float
    milliseconds: float | None
    part: float | None
    text: str

    def allowed(self, before: float) -> float:
        """The increase in milliseconds that is allowed where the percentile was `before`."""
        absolute = inf if self.milliseconds is None else self.milliseconds
        return min(absolute, inf if self.part is None else before * self.part)


def parse_limit(text: str) -> Limit:
    """`p99=5ms`, `p50=0.1s`, `p90=10%`, or `p99=5ms|10%`: more than one or the other is too much. Raises NotALimit."""
    found = _LIMIT.fullmatch(text.strip())
    known = [f"p{q * 100:g}" for q in QUANTILES]
    parts = [_ALLOWED.fullmatch(part.strip()) for part in found["allowed"].split("|")] if found else []
    if found is None or not all(parts):
        raise NotALimit(f"{text!r} is no limit: write it as p99=5ms, p99=10% or p99=5ms|10%")
    if f"p{found['percent']}" not in known:
        raise NotALimit(f"p{found['percent']} is not measured: use {', '.join(known[:-1])} or {known[-1]}")
    times, shares = [], []
    for number, unit in ((float(part["number"]), part["unit"]) for part in parts if part):
        if unit == "%":
            shares.append(number / 100)
        else:
            times.append(number * (1000 if unit == "s" else 1))
    words = " or ".join(part[0] for part in parts if part)
    return Limit(int(found["percent"]) / 100, min(times, default=None), min(shares, default=None), words)


def changes(
    before: Sequence[Group], after: Sequence[Group], limits: Sequence[Limit] = ()
) -> Mapping[tuple[Place, Key], tuple[Change, ...]]:
    """Every percentile of the routes that both measurements have, in the order of the later one."""
    earlier = {(place_of(group), key): series for group in before for key, series in group.routes.items()}
    found = {}
    for group in after:
        for key, series in group.routes.items():
            at = (place_of(group), key)
            if at in earlier and (told := compared(earlier[at], series, limits)):
                found[at] = told
    return found


def compared(before: Series, after: Series, limits: Sequence[Limit] = ()) -> tuple[Change, ...]:
    """The percentiles of one route before and after; one change for each limit, or one where there is none."""
    was, now = ({each.q: each for each in of_series(series)} for series in (before, after))
    single = not (isinstance(before.times, Histogram) and isinstance(after.times, Histogram))
    found = []
    for q in (q for q in QUANTILES if q in was and q in now):
        limited: list[Limit | None] = [limit for limit in limits if limit.q == q]
        found += [_change(was[q], now[q], limit, single) for limit in limited or [None]]
    return tuple(found)


def against_others(own: Series, everyone: Series) -> Verdict | None:
    """Whether one replica is slower or faster than all the others of its workload; None where nothing can be told.

    `everyone` is all of them together: the others are what is left without this one.
    """
    if not isinstance(own.times, Histogram) or not isinstance(everyone.times, Histogram):
        return None
    others = difference(own.times, everyone.times)
    verdicts = [change.verdict for change in compared(Series(others), own)]
    for verdict in (Verdict.SLOWER, Verdict.FASTER, Verdict.SAME, Verdict.FEW):
        if verdict in verdicts:
            return verdict
    return None


def of_series(series: Series) -> tuple[Percentile, ...]:
    """The percentiles of a series, as far as it can tell."""
    if isinstance(series.times, Histogram):
        return percentiles(series.times)
    return computed_percentiles(series.times, series.answered) if isinstance(series.times, Computed) else ()


def _change(before: Percentile, after: Percentile, limit: Limit | None, single: bool) -> Change:
    verdict = _verdict(before, after, single)
    if limit is None:
        return Change(before, after, verdict)
    was, now = (_least(before), _least(after))
    more = now - was > limit.allowed(was)
    exceeded: bool | None = more and verdict is Verdict.SLOWER
    if verdict is Verdict.FEW or (more and not exceeded):
        exceeded = None
    return Change(before, after, verdict, limit.text, exceeded)


def _verdict(before: Percentile, after: Percentile, single: bool) -> Verdict:
    """Different only where the ranges do not overlap: buckets and luck are in them.

    Two ranges of 95 percent each that are apart are a difference with more than 99 percent.
    """
    if single or not (before.confident and after.confident):
        return Verdict.FEW
    if after.likely_low >= _most(before) and after.likely_low > before.likely_low:
        return Verdict.SLOWER
    if before.likely_low >= _most(after) and before.likely_low > after.likely_low:
        return Verdict.FASTER
    return Verdict.SAME


def _most(each: Percentile) -> float:
    return inf if each.likely_high is None else each.likely_high


def _least(each: Percentile) -> float:
    """The value; the highest bound where it is beyond that."""
    return each.low if each.value is None else each.value


def place_of(group: Group) -> Place:
    """Where a group is, with its name."""
    return group.cluster, group.namespace, group.workload
