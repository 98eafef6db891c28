"""The state of a linkerd-proxy, from its metrics and from whether it says that it is ready."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from meshctl.model.proxymetrics import Backend, Denial, Identity, ProxyMetrics
from meshctl.model.proxystate import ProxyState
from meshctl.model.result import Unread
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.latency.prometheustext import Point, read_points
from meshctl.proxy.linkerd.answers import CONTAINER, METRICS, READY
from meshctl.proxy.recorded import ProxyAnswers

_BUILD, _CONTROL = "proxy_build_info", "control_request_total"
_CERTIFICATE = "identity_cert_"
_ENDPOINTS = ("outbound_http_balancer_endpoints", "outbound_tcp_balancer_endpoints")
_DENIALS = ("inbound_http_authz_deny_total", "inbound_tcp_authz_deny_total", "inbound_tcp_authz_terminate_total")
_NAMES = (_BUILD, _CONTROL, _CERTIFICATE, *_ENDPOINTS, *_DENIALS)


def linkerd_state(answers: ProxyAnswers) -> tuple[ProxyState, list[Unread]]:
    """What a linkerd-proxy says of itself, and which of its answers were of no use.

    It has no configuration that could be in sync or not. That it is connected is not to be seen in its metrics either:
    `control_plane` is the address that it asks.
    """
    unread: list[Unread] = []
    points: dict[str, list[Point]] = defaultdict(list)
    try:
        # What newer ones begin the names of their identity's metrics with is no part of the names.
        for point in read_points(answers.files[METRICS](), _NAMES):
            points[point.name.removeprefix("control_" if _CERTIFICATE in point.name else "")].append(point)
    except BrokenAnswer as error:
        unread.append(Unread(answers.label, f"its metrics: {error}"))
    metrics = ProxyMetrics(
        _identity(points, _now(answers)),
        tuple(_backends(each for name in _ENDPOINTS for each in points[name])),
        tuple(_denials(each for name in _DENIALS for each in points[name])),
    )
    state = ProxyState(
        cluster=answers.cluster,
        namespace=answers.namespace,
        name=answers.name,
        kind="sidecar",
        version=next((point.labels.get("version", "") for point in points[_BUILD]), ""),
        control_plane=_destination(points[_CONTROL]),
        sources=(answers.source if answers.source != "recording" else f"answers of {answers.label}",),
        container=CONTAINER,
        ready=_ready(answers),
        metrics=metrics,
    )
    return state, unread


def _ready(answers: ProxyAnswers) -> bool | None:
    """None where that cannot be asked: who may only read metrics is told no more."""
    try:
        return answers.files[READY]().startswith(b"ready") if READY in answers.files else None
    except BrokenAnswer:
        return None


def _now(answers: ProxyAnswers) -> float | None:
    """Seconds since 1970 by the clock of who answered, else by ours; None of a recording of which it is not known."""
    time = answers.clock()
    if time is None and answers.source != "recording":
        time = datetime.now(UTC)
    return time.timestamp() if time else None


def _identity(points: Mapping[str, list[Point]], now: float | None) -> Identity | None:
    ends = next((point.value for point in points["identity_cert_expiration_timestamp_seconds"]), 0.0)
    if ends <= 0:
        return None
    issued = next((point.value for point in points["identity_cert_refresh_timestamp_seconds"]), 0.0)
    failed = (p.value for p in points["identity_cert_refreshes_total"] if p.labels.get("result") == "error")
    return Identity(ends, issued or None, None if now is None else ends - now, round(sum(failed)))


def _backends(points: Iterable[Point]) -> Iterator[Backend]:
    """Each balancer by itself: a backend has one for each parent that leads to it."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for point in points:
        key = (_place(point.labels, "backend"), _place(point.labels, "parent"))
        counts[key][point.labels.get("endpoint_state", "")] = round(point.value)
    for (backend, _), states in sorted(counts.items()):
        yield Backend(backend, states.get("ready", 0), states.get("pending", 0))


def _place(labels: Mapping[str, str], side: str) -> str:
    """`Service shop/web:80`."""
    kind, namespace, name, port = (labels.get(f"{side}_{part}", "") for part in ("kind", "namespace", "name", "port"))
    return f"{kind or 'Service'} {namespace}/{name}" + (f":{port}" if port else "")


def _denials(points: Iterable[Point]) -> Iterator[Denial]:
    counts: dict[tuple[str, str, str], float] = defaultdict(float)
    for point in points:
        labels = point.labels
        key = (_policy(labels, "srv"), _policy(labels, "route"), labels.get("client_id", ""))
        counts[key] += point.value
    for (server, route, client), number in sorted(counts.items()):
        if number >= 1:
            yield Denial(server, route, client, round(number))


def _policy(labels: Mapping[str, str], side: str) -> str:
    """`Server books-http`, or an empty text for what is Linkerd's own default; older proxies tell the name alone."""
    kind, name = labels.get(f"{side}_kind", ""), labels.get(f"{side}_name", "")
    if not name or kind == "default" or name.startswith("default:"):
        return ""
    words = {"server": "Server", "httproute": "HTTPRoute", "grpcroute": "GRPCRoute"}
    return f"{words.get(kind.lower(), kind or 'Server')} {name}"


def _destination(points: Iterable[Point]) -> str:
    """The address that it asks for endpoints and policies, without its port."""
    addresses = [point.labels.get("addr", "") for point in points]
    found = sorted(address for address in addresses if "dst" in address or "destination" in address)
    return found[0].rpartition(":")[0] if found else ""
