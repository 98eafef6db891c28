"""What a proxy answers, as a sample; where it tells nothing about latency, why, and how that is changed."""

import re
from collections.abc import Mapping

from msgspec import Struct

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.histogram import Histogram
from meshctl.proxy.latency.reading import from_clusters, from_prometheus, from_stats
from meshctl.proxy.latency.series import Key, Sample, Series
from meshctl.proxy.recorded import Load

NO_TIMES = (
    "{name} measures no durations: Istio leaves them out. Annotate its pods with "
    'sidecar.istio.io/statsInclusionRegexps: "(cluster|http)\\\\..*(upstream|downstream)_rq_(time|completed|5xx)" '
    "and restart them"
)

_WORKLOAD_NAME = re.compile(rb'"WORKLOAD_NAME"\s*:\s*"([^"]*)"')
# The letters and digits of generated names: no vowels, nothing that is easily mistaken.
_OF_DEPLOYMENT = re.compile(r"(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}")


class Taken(Struct, frozen=True):
    """A sample, the answers that could not be used with the reason, and remarks in whole sentences."""

    sample: Sample | None
    unread: Mapping[str, str]
    notes: tuple[str, ...] = ()


def take(cluster: str, namespace: str, name: str, files: Mapping[str, Load], workload: str = "") -> Taken:
    """A sample out of the answers `stats` and `stats.prom` of one proxy, or `metrics.prom` of linkerd-proxy.

    Others may tell the name of the workload.
    """
    series: dict[Key, Series] = {}
    unread: dict[str, str] = {}
    read = 0
    for answer, reader in (("stats", from_stats), ("stats.prom", from_prometheus), ("metrics.prom", from_prometheus)):
        if answer not in files:
            continue
        try:
            found = reader(files[answer]())
        except BrokenAnswer as error:
            unread[answer] = str(error)
            continue
        read += 1
        for key, each in found.items():
            if key not in series or _rank(each) > _rank(series[key]):
                series[key] = each
    if not read:
        return Taken(None, unread)
    if "clusters" in files and not any(each.requests for each in series.values()):
        try:
            series |= from_clusters(files["clusters"]())
        except BrokenAnswer as error:
            unread["clusters"] = str(error)
    sample = Sample(cluster, namespace, name, workload or workload_of(name, files), series)
    return Taken(sample, unread, () if "metrics.prom" in files else tuple(_notes(sample)))


def workload_of(name: str, files: Mapping[str, Load] | None = None) -> str:
    """The workload as the proxy names it, or as the name of its pod tells; empty otherwise."""
    for answer in ("server_info", "config_dump"):
        try:
            found = _WORKLOAD_NAME.search(files[answer]()) if files and answer in files else None
        except BrokenAnswer:
            continue
        if found and found[1]:
            return found[1].decode(errors="replace")
    generated = _OF_DEPLOYMENT.fullmatch(name)
    return generated[1] if generated else ""


def _rank(series: Series) -> int:
    """Counts of durations tell more than computed percentiles, and those more than numbers of requests."""
    return 2 if isinstance(series.times, Histogram) else 1 if isinstance(series.times, Computed) else 0


def _notes(sample: Sample) -> list[str]:
    busy = [series for series in sample.series.values() if series.requests]
    if not sample.series or (busy and not any(series.times for series in busy)):
        return [NO_TIMES.format(name=sample.name)]
    return []
