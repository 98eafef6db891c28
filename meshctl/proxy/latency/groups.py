"""Proxies of one workload together: replicas are added up, and what the proxy itself takes is told from the rest."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.histogram import Histogram, Range
from meshctl.proxy.latency.series import Key, Sample, Series, together

PROBE, DIRECT = "probe", "probe-direct"
"""The spans of requests of our own, through the proxy and around it."""

_PORT = re.compile(r"(?P<direction>in|out)bound(?:_.*_|\|)(?P<port>\d+)(?:\|.*)?")
# Requests that differ by more than this are not the same requests: some were answered by the proxy, or tried again.
_TOLERANCE = 0.01


@dataclass(frozen=True)
class Group:
    """All that the proxies of one workload counted, or one of them."""

    cluster: str
    namespace: str
    workload: str
    proxies: tuple[str, ...]
    series: Mapping[Key, Series] = field(repr=False)

    @cached_property
    def routes(self) -> Mapping[Key, Series]:
        """The series that have anything to tell, all callers together."""
        found: dict[Key, list[Series]] = defaultdict(list)
        for key, series in self.series.items():
            found[key._replace(caller="")].append(series)
        merged = {key: together(each) for key, each in found.items()}
        return {key: series for key, series in merged.items() if _tells(series)}

    @cached_property
    def callers(self) -> Mapping[Key, frozenset[str]]:
        """Who calls, by route, where that is told."""
        found: dict[Key, set[str]] = defaultdict(set)
        for key in self.series:
            if key.caller:
                found[key._replace(caller="")].add(key.caller)
        return {key: frozenset(callers) for key, callers in found.items()}


class Kind(StrEnum):
    """What an added time is: a difference of two means is an estimate; some hold more than the proxy."""

    ESTIMATE = "estimate"
    UPPER_BOUND = "upper bound"


class Added(Struct, frozen=True):
    """The mean time in milliseconds that a proxy adds, with the range in which it certainly lies."""

    mean: float
    range: Range
    kind: Kind


def by_workload(samples: Iterable[Sample]) -> list[Group]:
    """Samples as groups, in the order of their names; a proxy of no known workload is its own."""
    found: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        found[sample.cluster, sample.namespace, sample.workload or sample.name].append(sample)
    groups = []
    for place, those in sorted(found.items()):
        series: dict[Key, list[Series]] = defaultdict(list)
        for sample in those:
            for key, each in sample.series.items():
                series[key].append(each)
        merged = {key: together(each) for key, each in sorted(series.items())}
        groups.append(Group(*place, tuple(sorted(sample.name for sample in those)), merged))
    return groups


def by_proxy(samples: Iterable[Sample]) -> list[Group]:
    """Each proxy by itself, where its workload has several."""
    found: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        found[sample.cluster, sample.namespace, sample.workload or sample.name].append(sample)
    return [
        Group(*place, (sample.name,), sample.series)
        for place, those in sorted(found.items())
        for sample in sorted(those, key=lambda s: s.name)
        if len(those) > 1
    ]


class Shares:
    """What the proxies of some groups add to their requests."""

    def __init__(self, everyone: Iterable[Group]) -> None:
        self._called: dict[Key, list[Series]] = defaultdict(list)
        for group in everyone:
            for key, series in group.series.items():
                if key.span == "destination":
                    self._called[key].append(series)

    def added(self, group: Group, key: Key) -> Added | None:
        """What a proxy adds to the requests of a route; None where those on both sides are not the same requests.

        Whole requests at a listener less the time upstream is the proxy's own. With Istio's standard metrics alone,
        the time at the caller less the time at the called holds the network too, and is an upper bound.
        """
        if key.span == "downstream":
            return _own(group, key)
        if key.span == "source":
            return self._between_reporters(group, key)
        if key.span == PROBE:
            around = [series for other, series in group.routes.items() if other.span == DIRECT]
            return _subtracted(group.routes[key], around, Kind.ESTIMATE)
        return None

    def _between_reporters(self, group: Group, key: Key) -> Added | None:
        """The same caller and service, as all proxies of the called workloads have it."""
        callers = group.callers.get(key, frozenset())
        if len(callers) != 1:
            return None
        seen = Key("destination", key.route, *callers)
        return _subtracted(group.routes[key], self._called.get(seen, ()), Kind.UPPER_BOUND)


def _own(group: Group, key: Key) -> Added | None:
    place = _PORT.fullmatch(key.route)
    if place is None:
        return None
    upstream = [(other, _PORT.fullmatch(other.route)) for other in group.routes if other.span == "upstream"]
    same = [(other, at) for other, at in upstream if at and at["direction"] == place["direction"]]
    port = [group.routes[other] for other, at in same if at["port"] == place["port"]]
    if found := _subtracted(group.routes[key], port, Kind.ESTIMATE):
        return found
    # The port of a gateway's listener is none of a service: with one listener all that goes out came in there.
    listeners = [other for other, series in group.routes.items() if other.span == "downstream" and series.requests]
    alone = listeners == [key]
    outside = [group.routes[other] for other, _ in same]
    return _subtracted(group.routes[key], outside, Kind.ESTIMATE) if alone else None


def _subtracted(whole: Series, parts: Sequence[Series], kind: Kind) -> Added | None:
    inner = together(parts) if parts else Series()
    if not isinstance(whole.times, Histogram) or not isinstance(inner.times, Histogram):
        return None
    number = whole.times.requests
    if not number or abs(number - inner.times.requests) > number * _TOLERANCE:
        return None
    outside, inside = whole.times, inner.times
    if outside.mean is None or inside.mean is None or not outside.mean_range or not inside.mean_range:
        return None
    low = outside.mean_range.low - inside.mean_range.high
    high = outside.mean_range.high - inside.mean_range.low
    return Added(outside.mean - inside.mean, Range(low, high), kind)


def _tells(series: Series) -> bool:
    return bool(series.requests or series.overflows or isinstance(series.times, Computed))
