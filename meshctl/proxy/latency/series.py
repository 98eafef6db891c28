"""What one proxy counted: requests by where they went and where they were measured."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.histogram import Histogram, difference, merged


class Key(NamedTuple):
    """Which requests, measured where.

    `span` is `downstream` (whole requests, as the listener of this proxy sees them; `route` is its name), `upstream`
    (tries to the cluster `route`), `route` (tries of one named route), `source`, `destination` or `waypoint` (Istio's
    standard metric by its reporter; `route` is the service), `inbound` or `outbound` (linkerd-proxy). `caller` is the
    workload that calls, where that is told.
    """

    span: str
    route: str
    caller: str = ""


class Series(Struct, frozen=True):
    """Requests of one kind. `errors` of those `answered` ended in 5xx; `overflows` were refused before they were sent.

    The numbers of a histogram lag some seconds behind: `answered` may be larger.
    """

    times: Histogram | Computed | None = None
    answered: int = 0
    errors: int = 0
    overflows: int = 0

    @property
    def requests(self) -> int:
        """How many requests the percentiles are about; where there is no histogram, how many were answered."""
        return self.times.requests if isinstance(self.times, Histogram) else self.answered


@dataclass(frozen=True, slots=True)
class Sample:
    """What one proxy says at one time. `name` and `namespace` are those of its pod."""

    cluster: str
    namespace: str
    name: str
    workload: str
    series: Mapping[Key, Series] = field(repr=False)


def between(before: Sample, after: Sample) -> Sample:
    """What happened between two samples of one proxy. A proxy that restarted in between has counted from zero."""
    found = {key: _between(before.series.get(key, Series()), series) for key, series in after.series.items()}
    return Sample(after.cluster, after.namespace, after.name, after.workload, found)


def together(series: Iterable[Series]) -> Series:
    """The requests of several replicas, or of several kinds, as one."""
    given = list(series)
    if len(given) == 1:
        return given[0]
    histograms = [each.times for each in given if isinstance(each.times, Histogram)]
    whole = all(isinstance(each.times, Histogram) or not each.requests for each in given)
    return Series(
        merged(histograms) if whole else None,
        sum(each.answered for each in given),
        sum(each.errors for each in given),
        sum(each.overflows for each in given),
    )


def _between(before: Series, after: Series) -> Series:
    times = after.times
    if isinstance(times, Histogram) and isinstance(before.times, Histogram):
        times = difference(before.times, times)
    elif isinstance(times, Computed) and before.answered:
        times = None
    counts = [after.answered - before.answered, after.errors - before.errors, after.overflows - before.overflows]
    if min(counts) < 0:
        counts = [after.answered, after.errors, after.overflows]
    return Series(times, *counts)
