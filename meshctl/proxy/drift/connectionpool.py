"""Connection pools of DestinationRules: limits, time-outs and the protocol of a cluster."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.viewpoint.policies import Block
from meshctl.graph.viewpoint.provided import HTTP2, ProvidedPort
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import UNLIMITED, dig, duration, number, percent
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_HTTP = "typed_extension_protocol_options.[envoy.extensions.upstreams.http.v3.HttpProtocolOptions]"
_COMMON = f"{_HTTP}.common_http_protocol_options"
_LIMITS = "circuit_breakers.thresholds.0"

RETRY_SHARE = aspect(f"{_LIMITS}.retry_budget.budget_percent", percent)
RETRY_FLOOR = aspect(f"{_LIMITS}.retry_budget.min_retry_concurrency", number)


def _limit(field: str) -> Aspect:
    return aspect(f"{_LIMITS}.{field}", number)


_TIMEOUT = aspect("connect_timeout", duration)
_CONNECTIONS = _limit("max_connections")
_KEEPALIVE = "upstream_connection_options.tcp_keepalive"
_PROBES = aspect(f"{_KEEPALIVE}.keepalive_probes", number)


def _seconds(value: Any) -> str | None:
    return None if value is None else duration(f"{number(value)}s")


_KEPT = (
    ("time", aspect(f"{_KEEPALIVE}.keepalive_time", _seconds)),
    ("interval", aspect(f"{_KEEPALIVE}.keepalive_interval", _seconds)),
)
_AGE = aspect(f"{_COMMON}.max_connection_duration", duration)


def wants_of_connections(viewer: Viewer, block: Block) -> Iterator[Want]:
    """What `connectionPool.tcp` wants, and what it has where that says nothing."""
    tcp, path = mapping(block.fields.get("tcp")), (*block.path, "tcp")
    config = mesh_config(viewer.mesh)
    stated = duration(tcp.get("connectTimeout"))
    if stated or "defaultTrafficPolicy" not in config.fields:
        default = duration(config.fields.get("connectTimeout"))
        yield want(block.source, (*path, "connectTimeout"), _TIMEOUT, stated or default)
    yield want(block.source, (*path, "maxConnections"), _CONNECTIONS, _bound(tcp.get("maxConnections")))
    alive, where = mapping(tcp.get("tcpKeepalive")), (*path, "tcpKeepalive")
    if "probes" in alive:
        yield want(block.source, (*where, "probes"), _PROBES, number(alive["probes"]))
    for name, found in _KEPT:
        if name in alive:
            yield want(block.source, (*where, name), found, duration(alive[name]))
    yield want(block.source, (*path, "maxConnectionDuration"), _AGE, duration(tcp.get("maxConnectionDuration")))


def _bound(value: Any) -> int | str | None:
    found = number(value)
    return found if isinstance(found, int) and found > 0 else UNLIMITED


_BOUNDS = (
    ("http1MaxPendingRequests", _limit("max_pending_requests")),
    ("http2MaxRequests", _limit("max_requests")),
    ("maxRetries", _limit("max_retries")),
)
_IDLE = aspect(f"{_COMMON}.idle_timeout", duration)
_PER_CONNECTION = aspect(f"{_COMMON}.max_requests_per_connection", number)


def _options(cluster: Any) -> Fields:
    found = mapping(cluster).get("typed_extension_protocol_options")
    return mapping(mapping(found).get("envoy.extensions.upstreams.http.v3.HttpProtocolOptions"))


def _streams(cluster: Any) -> int | str | None:
    for way in ("explicit_http_config", "use_downstream_protocol_config", "auto_config"):
        found = number(dig(_options(cluster), way, "http2_protocol_options", "max_concurrent_streams"))
        if found is not None:
            return found
    return None


_HTTP_OPTIONS: Path = ("typed_extension_protocol_options", "envoy.extensions.upstreams.http.v3.HttpProtocolOptions")
_STREAMS = Aspect(
    "http2_protocol_options.max_concurrent_streams",
    _streams,
    tuple(
        (*_HTTP_OPTIONS, way, "http2_protocol_options", "max_concurrent_streams")
        for way in ("explicit_http_config", "use_downstream_protocol_config", "auto_config")
    ),
)
_UPGRADE = Aspect(
    "explicit_http_config.http2_protocol_options",
    lambda cluster: dig(_options(cluster), "explicit_http_config", "http2_protocol_options") is not None,
    ((*_HTTP_OPTIONS, "explicit_http_config"),),
)
_CLIENTS_PROTOCOL = Aspect(
    "use_downstream_protocol_config",
    lambda cluster: "use_downstream_protocol_config" in _options(cluster),
    ((*_HTTP_OPTIONS, "use_downstream_protocol_config"),),
)


def wants_of_http(block: Block, port: ProvidedPort) -> Iterator[Want]:
    """What `connectionPool.http` wants."""
    http, path = mapping(block.fields.get("http")), (*block.path, "http")
    for name, found in _BOUNDS:
        yield want(block.source, (*path, name), found, _bound(http.get(name)))
    yield want(block.source, (*path, "idleTimeout"), _IDLE, duration(http.get("idleTimeout")))
    per_connection = number(http.get("maxRequestsPerConnection")) or None
    yield want(block.source, (*path, "maxRequestsPerConnection"), _PER_CONNECTION, per_connection)
    if number(http.get("maxConcurrentStreams")):
        yield want(block.source, (*path, "maxConcurrentStreams"), _STREAMS, number(http["maxConcurrentStreams"]))
    upgrade = http.get("h2UpgradePolicy")
    own = port.protocol == "http" and http.get("useClientProtocol") is not True
    if own and upgrade in ("UPGRADE", "DO_NOT_UPGRADE"):
        yield want(block.source, (*path, "h2UpgradePolicy"), _UPGRADE, upgrade == "UPGRADE")
    if "useClientProtocol" in http and port.is_http and port.protocol not in HTTP2:
        wanted = http["useClientProtocol"] is True
        yield want(block.source, (*path, "useClientProtocol"), _CLIENTS_PROTOCOL, wanted)
