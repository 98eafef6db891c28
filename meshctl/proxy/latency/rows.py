"""Groups as the rows of reports and as the facts that checks read."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

from meshctl.model.latency import Change, Percentile, RouteLatency, Verdict
from meshctl.proxy.latency.compare import Place, against_others, of_series, place_of
from meshctl.proxy.latency.groups import Added, Group, Shares
from meshctl.proxy.latency.histogram import Histogram, Range
from meshctl.proxy.latency.series import Key, Series

Row = dict[str, Any]
Changes = Mapping[tuple[Place, Key], tuple[Change, ...]]

AGAINST_DIRECT = "direct"
"""In the place of a caller: the change is not one in time, but from requests around the proxy to those through it."""

_SPREAD = [float(digit * 10**power) for power in range(6) for digit in (1, 2, 5)]


def facts(groups: Sequence[Group], changes: Changes, shares: Shares) -> Iterator[RouteLatency]:
    """One fact a workload and route; `proxy` is its only pod, or the name of the workload where there are several."""
    for group in groups:
        for key, series in group.routes.items():
            own = shares.added(group, key) if key.span == "downstream" else None
            yield RouteLatency(
                cluster=group.cluster,
                namespace=group.namespace,
                proxy=group.proxies[0] if len(group.proxies) == 1 else group.workload,
                workload=group.workload,
                span=key.span,
                route=key.route,
                requests=series.requests,
                answered=series.answered,
                errors=series.errors,
                overflows=series.overflows,
                added=own.mean if own else None,
                added_at_least=own.range.low if own else None,
                percentiles=of_series(series),
                changes=(
                    *changes.get((place_of(group), key), ()),
                    *changes.get((place_of(group), key._replace(caller=AGAINST_DIRECT)), ()),
                ),
            )


def rows(groups: Sequence[Group], shares: Shares) -> list[Row]:
    """One row a group and route."""
    return [_row(group, key, series, shares, None) for group in groups for key, series in group.routes.items()]


def replica_rows(replicas: Sequence[Group], workloads: Sequence[Group], shares: Shares) -> list[Row]:
    """One row a proxy and route, each held against the other replicas of its workload."""
    together = {place_of(workload): workload.routes for workload in workloads}
    return [
        _row(replica, key, series, shares, against_others(series, together[place_of(replica)][key]))
        for replica in replicas
        for key, series in replica.routes.items()
    ]


def change_rows(changes: Changes) -> list[Row]:
    """One row a percentile that was measured twice, and limit."""
    return [
        {
            "cluster": place[0],
            "namespace": place[1],
            "workload": place[2],
            "span": key.span,
            "route": key.route,
            "q": change.after.q,
            "against": key.caller or "before",
            "before": _percentile(change.before),
            "after": _percentile(change.after),
            "verdict": change.verdict.value,
            "limit": change.limit,
            "exceeded": change.exceeded,
        }
        for (place, key), those in changes.items()
        for change in those
    ]


def _row(group: Group, key: Key, series: Series, shares: Shares, deviation: Verdict | None) -> Row:
    times = series.times if isinstance(series.times, Histogram) else None
    return {
        "cluster": group.cluster,
        "namespace": group.namespace,
        "workload": group.workload,
        "proxies": list(group.proxies),
        "span": key.span,
        "route": key.route,
        "requests": series.requests,
        "answered": series.answered,
        "errors": series.errors,
        "errorShare": round(min(1.0, series.errors / series.answered), 6) if series.answered else None,
        "overflows": series.overflows,
        "mean": _mean(times.mean, times.mean_range) if times else None,
        "percentiles": [{"q": each.q, **_percentile(each)} for each in of_series(series)],
        "deviation": deviation.value if deviation else None,
        "added": _added(shares.added(group, key)),
        "spread": _spread(times) if times else [],
    }


def _percentile(each: Percentile) -> Row:
    return {
        "ms": _round(each.value),
        "low": _round(each.low),
        "high": _round(each.high),
        "likelyLow": _round(each.likely_low),
        "likelyHigh": _round(each.likely_high),
        "confident": each.confident,
    }


def _mean(mean: float | None, bounds: Range | None) -> Row | None:
    if mean is None or bounds is None:
        return None
    return {"ms": _round(mean), "low": _round(bounds.low), "high": _round(bounds.high)}


def _added(each: Added | None) -> Row | None:
    return None if each is None else {**(_mean(each.mean, each.range) or {}), "kind": each.kind.value}


def _spread(times: Histogram) -> list[Row]:
    """How many requests took at most 1, 2, 5, 10, ... milliseconds and more than the step before; for a look."""
    counts: dict[float, int] = {}
    for each, count in times.counts.items():
        if count:
            edge = each.lower if each.upper == inf else (each.lower + each.upper) / 2
            at = bisect_left(_SPREAD, edge)
            bound = _SPREAD[at] if at < len(_SPREAD) else inf
            counts[bound] = counts.get(bound, 0) + count
    if not counts:
        return []
    steps = [bound for bound in [*_SPREAD, inf] if min(counts) <= bound <= max(counts)]
    return [{"upTo": None if bound == inf else bound, "requests": counts.get(bound, 0)} for bound in steps]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
