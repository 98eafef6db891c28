"""Connection pools and outlier detection."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import mapping
from meshctl.graph.validation.durations import duration
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.ranges import at_least, percent
from meshctl.model.paths import Path

_HTTP_NUMBERS = (
    "http1MaxPendingRequests",
    "http2MaxRequests",
    "maxRequestsPerConnection",
    "maxRetries",
    "maxConcurrentStreams",
)


def connection_pool(value: Any, path: Path) -> Iterator[Fault]:
    """Limits of connections, for tcp and http."""
    pool = mapping(value)
    if not isinstance(pool.get("http"), dict) and not isinstance(pool.get("tcp"), dict):
        yield Fault(path, "The connection pool says nothing.", "Add `tcp` or `http` settings, or remove it.")
    tcp, http = mapping(pool.get("tcp")), mapping(pool.get("http"))
    place = (*path, "tcp")
    if tcp:
        yield from at_least(tcp.get("maxConnections"), (*place, "maxConnections"))
        for field in ("connectTimeout", "maxConnectionDuration"):
            yield from duration(tcp.get(field), (*place, field))
        yield from duration(tcp.get("idleTimeout"), (*place, "idleTimeout"), zero=True)
        for field in ("time", "interval"):
            yield from duration(mapping(tcp.get("tcpKeepalive")).get(field), (*place, "tcpKeepalive", field))
    place = (*path, "http")
    if http:
        for field in _HTTP_NUMBERS:
            yield from at_least(http.get(field), (*place, field))
        yield from duration(http.get("idleTimeout"), (*place, "idleTimeout"))
        if http.get("useClientProtocol") is True and http.get("h2UpgradePolicy") == "UPGRADE":
            yield Fault(
                (*place, "h2UpgradePolicy"),
                "useClientProtocol keeps the protocol of the client, and h2UpgradePolicy UPGRADE changes it.",
                "Keep one of the two.",
            )
        if isinstance(alive := http.get("http2KeepAlive"), dict):
            for field in ("interval", "timeout"):
                if alive.get(field) is None:
                    yield Fault((*place, "http2KeepAlive", field), f"http2KeepAlive has no {field}.", "Add both.")
                yield from duration(alive.get(field), (*place, "http2KeepAlive", field))


def outlier_detection(value: Any, path: Path) -> Iterator[Fault]:
    """When an endpoint is left out for a while."""
    outlier = mapping(value)
    for field in ("interval", "baseEjectionTime"):
        yield from duration(outlier.get(field), (*path, field))
    for field in ("maxEjectionPercent", "minHealthPercent"):
        yield from percent(outlier.get(field), (*path, field))
    if outlier.get("consecutiveErrors"):
        yield Fault(
            (*path, "consecutiveErrors"),
            "consecutiveErrors is deprecated and has no effect.",
            "Use consecutive5xxErrors or consecutiveGatewayErrors.",
            warning=True,
        )
    if outlier.get("consecutiveLocalOriginFailures") and outlier.get("splitExternalLocalOriginErrors") is not True:
        yield Fault(
            (*path, "consecutiveLocalOriginFailures"),
            "consecutiveLocalOriginFailures is counted only where local errors are told from others.",
            "Add `splitExternalLocalOriginErrors: true`.",
        )
