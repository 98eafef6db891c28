"""Prometheus as a source: the buckets of all proxies over a time, as far as it scrapes them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from meshctl.proxy.latency.prometheustext import Point
from meshctl.proxy.latency.reading import from_points
from meshctl.proxy.latency.series import Sample
from meshctl.sources.prometheus import Unavailable, address_shown, ask, quoted

_ISTIO = "istio_request_duration_milliseconds"
_ISTIO_LABELS = (
    "reporter",
    "source_workload",
    "source_workload_namespace",
    "destination_service",
    "destination_workload",
    "destination_workload_namespace",
    "response_code",
    "grpc_response_status",
)
_LINKERD_LABELS = ("direction", "namespace", "deployment", "statefulset", "daemonset", "pod", "authority")
_LINKERD_TARGET = ("dst_service", "dst_deployment", "dst_namespace", "target_addr", "classification")

Place = tuple[str, str]


def read_prometheus(url: str, window: float, timeout: float, namespace: str = "") -> list[Sample]:
    """What each workload's proxies counted in the last `window` seconds, all replicas together; GET only.

    Buckets are fetched, never percentiles: `histogram_quantile` says nothing of its error. Raises Unavailable, and
    ValueError for what is no address.
    """
    points: dict[Place, list[Point]] = defaultdict(list)
    for metric, labels, matchers in _wanted(namespace):
        query = f"sum by ({', '.join(labels)}) (increase({metric}{{{matchers}}}[{max(1, round(window))}s]))"
        for found, value in ask(url, query, timeout):
            place = _place(found)
            if not namespace or place[0] == namespace:
                points[place].append(Point(metric, found, value))
    try:
        return [
            Sample("", namespace, workload, workload, from_points(found))
            for (namespace, workload), found in sorted(points.items())
        ]
    except ValueError as error:
        raise Unavailable(f"{address_shown(url)} has a bucket without a bound: {error}") from error


def _wanted(namespace: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(metric, labels to keep, matchers) of each query."""
    for reporter, side in (("source", "source"), ("destination|waypoint", "destination")):
        where = f',{side}_workload_namespace="{quoted(namespace)}"' if namespace else ""
        for suffix, more in (("bucket", ("le",)), ("sum", ()), ("count", ())):
            yield f"{_ISTIO}_{suffix}", (*_ISTIO_LABELS, *more), f'reporter=~"{reporter}"{where}'
    where = f'namespace="{quoted(namespace)}"' if namespace else ""
    labels = (*_LINKERD_LABELS, *_LINKERD_TARGET)
    for metric, more in (
        ("response_latency_ms_bucket", ("le",)),
        ("response_latency_ms_sum", ()),
        ("response_total", ()),
    ):
        yield metric, (*labels, *more), where


def _place(labels: Mapping[str, str]) -> Place:
    """Namespace and workload of the proxies that counted."""
    if "reporter" in labels:
        side = "source" if labels["reporter"] == "source" else "destination"
        return labels.get(f"{side}_workload_namespace", ""), labels.get(f"{side}_workload", "")
    names = (labels.get(name, "") for name in ("deployment", "statefulset", "daemonset", "pod"))
    return labels.get("namespace", ""), next((name for name in names if name), "")
