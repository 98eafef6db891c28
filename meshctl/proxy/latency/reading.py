"""From the answers of a proxy to what it counted, in the terms of Envoy, of Istio's standard metrics, of Linkerd."""

from collections.abc import Iterable, Mapping
from typing import Any

from meshctl.model.consulproxy import service_of
from meshctl.proxy.envoy.answers import BrokenAnswer, decode_object
from meshctl.proxy.latency.envoystats import read_stats
from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.histogram import Grain, Histogram, from_cumulative, merged
from meshctl.proxy.latency.prometheustext import Point, read_points
from meshctl.proxy.latency.series import Key, Series
from meshctl.proxy.latency.statnames import INTERNAL, Meaning, of_metric, of_statistic

# Only lines with one of these in them are read.
NAMES = ("stream_rq", "istio_request_duration_milliseconds", "response_latency_ms", "response_total")

_DURATION = "istio_request_duration_milliseconds"
# gRPC statuses that mean the server failed: UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS.
_GRPC_FAILURES = frozenset({"2", "4", "13", "14", "15"})
_UNKNOWN = frozenset({"", "unknown"})


def from_stats(data: bytes) -> dict[Key, Series]:
    """What an answer to `/stats` tells. Raises BrokenAnswer."""
    building = _Building()
    for name, value in read_stats(data):
        if "stream_rq_" in name and (meaning := of_statistic(name)):
            if isinstance(value, float):
                building.count(meaning, value)
            elif meaning.what == "times":
                building.times(meaning.key, value)
    return building.series()


def from_clusters(data: bytes) -> dict[Key, Series]:
    """What an answer to `/clusters` tells: how many requests, and how many failed. Raises BrokenAnswer.

    Envoy always counts these, also where Istio leaves its statistics out; a reset connection is a failure, too.
    """
    found: dict[Key, Series] = {}
    try:
        for status in decode_object(data).get("cluster_statuses") or ():
            name = service_of(status["name"].removesuffix(";"))
            hosts = [_host(host) for host in status.get("host_statuses") or ()]
            if name not in INTERNAL and any(total for total, _ in hosts):
                answered, errors = (sum(host[i] for host in hosts) for i in (0, 1))
                # The parts of one of Consul's aggregates are one service.
                known = found.get(Key("upstream", name), Series(None, 0, 0))
                found[Key("upstream", name)] = Series(None, known.answered + answered, known.errors + errors)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrokenAnswer(f"is not what Envoy answers to /clusters: {error}") from error
    return found


def _host(host: Mapping[str, Any]) -> tuple[int, int]:
    """Requests, and those that failed. 64-bit numbers are texts in Envoy's JSON, and zeros are left out."""
    counts = {stat["name"]: int(stat.get("value", 0)) for stat in host.get("stats") or ()}
    return counts.get("rq_total", 0), counts.get("rq_error", 0)


def from_prometheus(data: bytes) -> dict[Key, Series]:
    """What an answer in Prometheus' text format tells; empty where it has none of the metrics.

    Percentiles in it (`histogram_buckets=summary`) are those of Envoy's last flush alone, and are not used.
    Raises BrokenAnswer.
    """
    try:
        return from_points(read_points(data, NAMES))
    except ValueError as error:
        raise BrokenAnswer(f"has a bucket without a bound: {error}") from error


def from_points(points: Iterable[Point]) -> dict[Key, Series]:
    """What the metrics of one proxy tell, from its own port or from Prometheus.

    Raises ValueError for a bucket whose bound is no number.
    """
    building = _Building()
    for point in points:
        if point.name.startswith(_DURATION):
            building.standard(point)
        elif point.name.startswith(("response_latency_ms", "response_total")):
            building.linkerd(point)
        elif meaning := of_metric(point.name, point.labels):
            building.metric(meaning, point)
    return building.series()


class _Building:
    """Numbers on their way to series."""

    def __init__(self) -> None:
        self._counts: dict[Key, dict[str, float]] = {}
        self._times: dict[Key, list[Histogram | Computed]] = {}
        # Buckets of time series that differ in other labels (response code, say) have the same bounds and add up.
        self._buckets: dict[tuple[Key, Grain], dict[float, float]] = {}
        self._sums: dict[Key, float] = {}

    def count(self, meaning: Meaning, value: float) -> None:
        counts = self._counts.setdefault(meaning.key, {})
        counts[meaning.what] = counts.get(meaning.what, 0.0) + value

    def times(self, key: Key, value: Histogram | Computed) -> None:
        self._times.setdefault(key, []).append(value)

    def metric(self, meaning: Meaning, point: Point) -> None:
        if meaning.what == "times":
            self._duration(meaning.key, point, Grain.BUCKETS)
        else:
            self.count(meaning, point.value)

    def standard(self, point: Point) -> None:
        labels = point.labels
        service = next(
            (text for label in ("destination_service", "destination_workload") if (text := _known(labels, label))), ""
        )
        key = Key(labels.get("reporter", ""), service or "unknown", _workload(labels, "source"))
        self._duration(key, point, Grain.BUCKETS)
        if point.name == f"{_DURATION}_count":
            self.count(Meaning(key, "answered"), point.value)
            failed = labels.get("response_code", "").startswith("5")
            if failed or labels.get("grpc_response_status") in _GRPC_FAILURES:
                self.count(Meaning(key, "errors"), point.value)

    def linkerd(self, point: Point) -> None:
        labels = point.labels
        service = next((labels[it] for it in ("dst_service", "dst_deployment", "authority") if it in labels), "")
        namespace = labels.get("dst_namespace", "")
        route = f"{service}.{namespace}" if namespace and service != labels.get("authority") else service
        key = Key(labels.get("direction", ""), route or _address(labels))
        if point.name == "response_total":
            self.count(Meaning(key, "answered"), point.value)
            if labels.get("classification") == "failure":
                self.count(Meaning(key, "errors"), point.value)
        else:
            self._duration(key, point, Grain.EXACT)

    def _duration(self, key: Key, point: Point, grain: Grain) -> None:
        if point.name.endswith("_sum"):
            self._sums[key] = self._sums.get(key, 0.0) + point.value
        elif "le" in point.labels:
            bound = float(point.labels["le"].replace("+Inf", "inf"))
            buckets = self._buckets.setdefault((key, grain), {})
            buckets[bound] = buckets.get(bound, 0.0) + point.value

    def series(self) -> dict[Key, Series]:
        for (key, grain), bounds in self._buckets.items():
            self.times(key, from_cumulative(bounds.items(), self._sums.get(key), grain))
        return {
            key: Series(
                _one(self._times.get(key, ())),
                *(
                    max(0, round(self._counts.get(key, {}).get(what, 0)))
                    for what in ("answered", "errors", "overflows")
                ),
            )
            for key in sorted(self._times.keys() | self._counts.keys())
        }


def _one(times: Iterable[Histogram | Computed]) -> Histogram | Computed | None:
    given = list(times)
    histograms = [each for each in given if isinstance(each, Histogram)]
    return merged(histograms) or (given[0] if len(given) == 1 else None)


def _address(labels: Mapping[str, str]) -> str:
    """Where requests went that tell no service: the port of the pod itself, which all replicas have in common."""
    address = labels.get("target_addr", "")
    port = labels.get("target_port") or address.rpartition(":")[2]
    if labels.get("direction") != "inbound" or not port:
        return address or "unknown"
    named = labels.get("route_kind", "default").lower() not in ("", "default") and labels.get("route_name")
    return f"port {port}" + (f" {labels['route_name']}" if named else "")


def _workload(labels: Mapping[str, str], side: str) -> str:
    """`web.shop`; empty where the metric does not know."""
    name, namespace = _known(labels, f"{side}_workload"), _known(labels, f"{side}_workload_namespace")
    return f"{name}.{namespace}" if name and namespace else name


def _known(labels: Mapping[str, str], label: str) -> str:
    text = labels.get(label, "")
    return "" if text in _UNKNOWN else text
