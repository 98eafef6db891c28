"""The requests of a whole cluster in a few numbers, as its proxies have counted them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from meshctl.model.fleet import LatencySum
from meshctl.model.result import Unread
from meshctl.proxy.gather import Gathered
from meshctl.proxy.latency.estimate import percentiles
from meshctl.proxy.latency.groups import Group, Shares, by_workload
from meshctl.proxy.latency.histogram import Histogram
from meshctl.proxy.latency.measure import Measured, measure_proxies
from meshctl.proxy.latency.series import Key, Series, together

_Sums = tuple[Mapping[str, LatencySum], Sequence[Unread]]


def latency_sums(gathered: Gathered) -> _Sums:
    """The sums by cluster, since the proxies started; and what could not be read of them."""
    measured = Measured()
    measure_proxies(gathered.proxies, 0, lambda namespace, pod: "", measured)
    groups: defaultdict[str, list[Group]] = defaultdict(list)
    for group in by_workload(measured.samples):
        groups[group.cluster].append(group)
    return {cluster: _sum(those) for cluster, those in sorted(groups.items())}, [*gathered.unread, *measured.unread]


def _sum(groups: Sequence[Group]) -> LatencySum:
    whole = together(series for group in groups for _, series in _received(group))
    p50 = p99 = None
    if isinstance(whole.times, Histogram) and whole.times.requests:
        p50, p99 = (each.value for each in percentiles(whole.times, (0.5, 0.99)))
    taken, measured = _added(groups)
    return LatencySum(
        proxies=sum(len(group.proxies) for group in groups),
        requests=whole.requests,
        errors=whole.errors,
        p50=p50,
        p99=p99,
        added=round(taken / measured, 3) if measured else None,
        measured=measured,
    )


def _received(group: Group) -> list[tuple[Key, Series]]:
    """The requests that came to a proxy from outside, each once: from whichever side tells it best."""
    ways: Iterable[Iterator[tuple[Key, Series]]] = (
        (each for each in group.routes.items() if each[0].span == "destination"),
        (each for each in group.routes.items() if each[0].span == "downstream" and each[0].route.startswith("inbound")),
        (each for each in group.routes.items() if each[0].span == "inbound"),
    )
    return next((found for way in ways if (found := list(way))), [])


def _added(groups: Sequence[Group]) -> tuple[float, int]:
    """Milliseconds that proxies took for so many requests."""
    shares, taken, measured = Shares(groups), 0.0, 0
    for group in groups:
        for key, series in group.routes.items():
            if key.span == "downstream" and (added := shares.added(group, key)):
                taken += added.mean * series.requests
                measured += series.requests
    return taken, measured
