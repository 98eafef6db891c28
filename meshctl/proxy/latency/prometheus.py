"""Prometheus as a source: the buckets of all proxies over a time, as far as it scrapes them."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from meshctl.proxy.latency.prometheustext import Point
from meshctl.proxy.latency.reading import from_points
from meshctl.proxy.latency.series import Sample

HEADER_VARIABLE = "MESHCTL_PROMETHEUS_HEADER"
"""The environment variable with a header for each request, as `Authorization: Bearer ...`."""

LARGEST = 512 * 1024 * 1024

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


class Unavailable(Exception):
    """Prometheus does not answer as it should; the text is one sentence without a full stop."""


def read_prometheus(url: str, window: float, timeout: float, namespace: str = "") -> list[Sample]:
    """What each workload's proxies counted in the last `window` seconds, all replicas together; GET only.

    Buckets are fetched, never percentiles: `histogram_quantile` says nothing of its error. Raises Unavailable, and
    ValueError for what is no address.
    """
    name = address_shown(url)
    points: dict[Place, list[Point]] = defaultdict(list)
    for metric, labels, matchers in _wanted(namespace):
        query = f"sum by ({', '.join(labels)}) (increase({metric}{{{matchers}}}[{max(1, round(window))}s]))"
        for found, value in _ask(url, name, query, timeout):
            place = _place(found)
            if not namespace or place[0] == namespace:
                points[place].append(Point(metric, found, value))
    return [
        Sample("", namespace, workload, workload, from_points(found))
        for (namespace, workload), found in sorted(points.items())
    ]


def address_shown(url: str) -> str:
    """An address without the user and the password in it. Raises ValueError for what is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no address of Prometheus: write http://HOST:PORT")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def _wanted(namespace: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(metric, labels to keep, matchers) of each query."""
    for reporter, side in (("source", "source"), ("destination|waypoint", "destination")):
        where = f',{side}_workload_namespace="{_quoted(namespace)}"' if namespace else ""
        for suffix, more in (("bucket", ("le",)), ("sum", ()), ("count", ())):
            yield f"{_ISTIO}_{suffix}", (*_ISTIO_LABELS, *more), f'reporter=~"{reporter}"{where}'
    where = f'namespace="{_quoted(namespace)}"' if namespace else ""
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


def _ask(url: str, name: str, query: str, timeout: float) -> Iterator[tuple[dict[str, str], float]]:
    """(labels, value) of each time series of an answer. Raises Unavailable."""
    document = _get(f"{url.rstrip('/')}/api/v1/query", name, query, timeout)
    if document.get("status") != "success":
        raise Unavailable(f"{name} refuses a query: {document.get('error') or document.get('status')}")
    try:
        data = document["data"]
        if data["resultType"] != "vector":
            raise Unavailable(f"{name} answers with a {data['resultType']} instead of a vector")
        for each in data["result"]:
            value = float(each["value"][1])
            if value == value:
                yield {str(k): str(v) for k, v in each["metric"].items()}, value
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"{name} does not answer as Prometheus does: {type(error).__name__} {error}") from error


def _get(url: str, name: str, query: str, timeout: float) -> dict[str, Any]:
    import requests

    try:
        with requests.get(
            url, params={"query": query}, headers=_headers(), timeout=timeout, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code in (401, 403):
                raise Unavailable(f"{name} wants to know who asks ({answer.status_code}): set {HEADER_VARIABLE}")
            body = answer.raw.read(LARGEST + 1, decode_content=True)
            if len(body) > LARGEST:
                raise Unavailable(f"{name} answers with more than {LARGEST:,} bytes: name a namespace")
            status = answer.status_code
    except (requests.RequestException, OSError, ValueError) as error:
        raise Unavailable(f"{name} cannot be reached: {_reason(error)}") from error
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "status" not in document:
        raise Unavailable(f"{name} does not answer as Prometheus does (status {status})")
    return document


def _headers() -> dict[str, str]:
    name, colon, value = os.environ.get(HEADER_VARIABLE, "").partition(":")
    return {name.strip(): value.strip()} if colon else {}


def _reason(error: Exception) -> str:
    text = str(error)
    for words in ("Connection refused", "Name or service not known", "timed out", "certificate verify failed"):
        if words in text:
            return words[:1].lower() + words[1:]
    return text[:160]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
