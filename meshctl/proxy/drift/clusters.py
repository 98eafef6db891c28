"""DestinationRules and ServiceEntries: what they want of clusters."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text, texts
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.meshconfig import mesh_config
from meshctl.model.paths import Path
from meshctl.proxy.drift.policies import Block, Policy
from meshctl.proxy.drift.provided import HTTP2, Provided, ProvidedPort
from meshctl.proxy.drift.values import UNLIMITED, dig, duration, flag, number, percent
from meshctl.proxy.drift.viewer import Viewer
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_HTTP = "typed_extension_protocol_options.[envoy.extensions.upstreams.http.v3.HttpProtocolOptions]"
_COMMON = f"{_HTTP}.common_http_protocol_options"
_LIMITS = "circuit_breakers.thresholds.0"


def wants_of_policy(viewer: Viewer, found: Policy, port: ProvidedPort) -> Iterator[Want]:
    """What the traffic policy in force wants of a cluster."""
    pool = found.block("connectionPool")
    yield from _connections(viewer, pool)
    yield from _http(pool, port)
    yield from _load_balancer(found.block("loadBalancer"))
    yield from _outliers(found.block("outlierDetection"))
    yield from _tls(found.block("tls"))
    if budget := found.block("retryBudget").fields:
        block = found.block("retryBudget")
        if "percent" in budget:
            yield want(block.source, (*block.path, "percent"), _BUDGET, percent(budget["percent"]))
        if "minRetryConcurrency" in budget:
            wanted = number(budget["minRetryConcurrency"])
            yield want(block.source, (*block.path, "minRetryConcurrency"), _BUDGET_FLOOR, wanted)


_BUDGET = aspect(f"{_LIMITS}.retry_budget.budget_percent", percent)
_BUDGET_FLOOR = aspect(f"{_LIMITS}.retry_budget.min_retry_concurrency", number)


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


def _connections(viewer: Viewer, block: Block) -> Iterator[Want]:
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


def _http(block: Block, port: ProvidedPort) -> Iterator[Want]:
    http, path = mapping(block.fields.get("http")), (*block.path, "http")
    for name, found in _BOUNDS:
        yield want(block.source, (*path, name), found, _bound(http.get(name)))
    yield want(block.source, (*path, "idleTimeout"), _IDLE, duration(http.get("idleTimeout")))
    per_connection = number(http.get("maxRequestsPerConnection")) or None
    yield want(block.source, (*path, "maxRequestsPerConnection"), _PER_CONNECTION, per_connection)
    if number(http.get("maxConcurrentStreams")):
        yield want(block.source, (*path, "maxConcurrentStreams"), _STREAMS, number(http["maxConcurrentStreams"]))
    if port.protocol == "http" and http.get("useClientProtocol") is not True:
        if http.get("h2UpgradePolicy") in ("UPGRADE", "DO_NOT_UPGRADE"):
            upgraded = http["h2UpgradePolicy"] == "UPGRADE"
            yield want(block.source, (*path, "h2UpgradePolicy"), _UPGRADE, upgraded)
    if "useClientProtocol" in http and port.is_http and port.protocol not in HTTP2:
        wanted = http["useClientProtocol"] is True
        yield want(block.source, (*path, "useClientProtocol"), _CLIENTS_PROTOCOL, wanted)


_SIMPLE = {
    "ROUND_ROBIN": "ROUND_ROBIN",
    "RANDOM": "RANDOM",
    "PASSTHROUGH": "CLUSTER_PROVIDED",
    "LEAST_CONN": "LEAST_REQUEST",
    "LEAST_REQUEST": "LEAST_REQUEST",
}
_WARM = {"LEAST_REQUEST": "least_request_lb_config", "ROUND_ROBIN": "round_robin_lb_config"}


def _balancing(cluster: Any) -> str:
    return text(mapping(cluster).get("lb_policy")) or "ROUND_ROBIN"


_POLICY = Aspect("lb_policy", _balancing, (("lb_policy",),))
_RING = aspect("ring_hash_lb_config.minimum_ring_size", number)
_TABLE = aspect("maglev_lb_config.table_size", number)
_LOCAL = aspect("common_lb_config.locality_weighted_lb_config", lambda found: found is not None)


def _load_balancer(block: Block) -> Iterator[Want]:
    fields, path = block.fields, block.path
    hashing = mapping(fields.get("consistentHash"))
    if hashing:
        way = "MAGLEV" if "maglev" in hashing else "RING_HASH"
        yield want(block.source, (*path, "consistentHash"), _POLICY, way)
        ring, table = mapping(hashing.get("ringHash")), mapping(hashing.get("maglev"))
        if "minimumRingSize" in ring:
            wanted = number(ring["minimumRingSize"])
            yield want(block.source, (*path, "consistentHash", "ringHash", "minimumRingSize"), _RING, wanted)
        elif "minimumRingSize" in hashing:
            yield want(
                block.source, (*path, "consistentHash", "minimumRingSize"), _RING, number(hashing["minimumRingSize"])
            )
        if "tableSize" in table:
            wanted = number(table["tableSize"])
            yield want(block.source, (*path, "consistentHash", "maglev", "tableSize"), _TABLE, wanted)
        policy = way
    else:
        policy = _SIMPLE.get(text(fields.get("simple")), "LEAST_REQUEST")
        yield want(block.source, (*path, "simple"), _POLICY, policy)
    yield from _warmup(block, policy)
    locality = mapping(fields.get("localityLbSetting"))
    if "enabled" in locality:
        wanted = locality["enabled"] is not False
        yield want(block.source, (*path, "localityLbSetting", "enabled"), _LOCAL, wanted)


def _slow_start(cluster: Any) -> Any:
    for way in _WARM.values():
        if found := dig(cluster, way, "slow_start_config"):
            return found
    return None


_WARM_COVERS: tuple[Path, ...] = tuple((way, "slow_start_config") for way in _WARM.values())


def _warm(field: str, covers: str, read: Any) -> Aspect:
    paths = tuple((*path, covers) for path in _WARM_COVERS)
    return Aspect(f"slow_start_config.{field}", lambda cluster: read(dig(_slow_start(cluster), covers)), paths)


_WINDOW = _warm("slow_start_window", "slow_start_window", duration)
_AGGRESSION = _warm("aggression", "aggression", lambda found: number(dig(found, "default_value")))
_FLOOR = _warm("min_weight_percent", "min_weight_percent", percent)


def _warmup(block: Block, policy: str) -> Iterator[Want]:
    if policy not in _WARM:
        return
    warmup, path = mapping(block.fields.get("warmup")), (*block.path, "warmup")
    older = block.fields.get("warmupDurationSecs")
    if older is not None and not warmup:
        yield want(block.source, (*block.path, "warmupDurationSecs"), _WINDOW, duration(older))
        return
    yield want(block.source, (*path, "duration"), _WINDOW, duration(warmup.get("duration")))
    if "aggression" in warmup:
        yield want(block.source, (*path, "aggression"), _AGGRESSION, number(warmup["aggression"]))
    if "minimumPercent" in warmup:
        yield want(block.source, (*path, "minimumPercent"), _FLOOR, percent(warmup["minimumPercent"]))


_OUTLIERS = "outlier_detection"


def _errors(field: str) -> Aspect:
    """How many errors eject; none do where that is not enforced."""
    count, enforced = (_OUTLIERS, field), (_OUTLIERS, f"enforcing_{field}")

    def read(cluster: Any) -> Any:
        return 0 if number(dig(cluster, *enforced)) == 0 else number(dig(cluster, *count))

    return Aspect(f"{_OUTLIERS}.{field}", read, (count, enforced))


_EJECTING = (
    ("consecutive5xxErrors", _errors("consecutive_5xx"), number),
    ("consecutiveGatewayErrors", _errors("consecutive_gateway_failure"), number),
    ("consecutiveLocalOriginFailures", _errors("consecutive_local_origin_failure"), number),
    ("interval", aspect(f"{_OUTLIERS}.interval", duration), duration),
    ("baseEjectionTime", aspect(f"{_OUTLIERS}.base_ejection_time", duration), duration),
    ("maxEjectionPercent", aspect(f"{_OUTLIERS}.max_ejection_percent", number), number),
    ("splitExternalLocalOriginErrors", aspect(f"{_OUTLIERS}.split_external_local_origin_errors", flag), flag),
)
_DETECTS = aspect(_OUTLIERS, lambda found: found is not None)
_PANIC = aspect("common_lb_config.healthy_panic_threshold", percent)


def _outliers(block: Block) -> Iterator[Want]:
    fields, path = block.fields, block.path
    yield want(block.source, path, _DETECTS, bool(fields))
    for name, found, parse in _EJECTING:
        if name in fields:
            yield want(block.source, (*path, name), found, parse(fields[name]), rest=True)
        elif fields:
            yield want(block.source, (*path, name), found, False if parse is flag else None, rest=True)
    if fields:
        yield want(
            block.source, (*path, "minHealthPercent"), _PANIC, percent(fields.get("minHealthPercent", 0)), rest=True
        )


_TLS_PLACE: Path = ("transport_socket", "typed_config")


def _tls_of(cluster: Any) -> Fields:
    config = mapping(dig(cluster, *_TLS_PLACE))
    # A wrapper, such as that for the PROXY protocol, has the socket inside.
    inner = dig(config, "transport_socket", "typed_config")
    return mapping(inner) if inner else config


def _mode(cluster: Any) -> str:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    if not common:
        return "by endpoint" if mapping(cluster).get("transport_socket_matches") else "DISABLE"
    names = {text(c.get("name")) for _, c in numbered(common.get("tls_certificate_sds_secret_configs"))}
    if "default" in names:
        return "ISTIO_MUTUAL"
    return "MUTUAL" if names or common.get("tls_certificates") else "SIMPLE"


def _verifies(cluster: Any) -> bool:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    own = mapping(common.get("validation_context"))
    combined = mapping(common.get("combined_validation_context"))
    return bool(
        own.get("trusted_ca")
        or own.get("system_root_certs") is not None
        or common.get("validation_context_sds_secret_config")
        or combined.get("validation_context_sds_secret_config")
        or dig(combined, "default_validation_context", "trusted_ca")
    )


def _names_of_server(cluster: Any) -> tuple[str, ...]:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    contexts = (
        common.get("validation_context"),
        dig(common, "combined_validation_context", "default_validation_context"),
    )
    return tuple(
        text(mapping(m.get("matcher", m)).get("exact"))
        for context in contexts
        for field in ("match_typed_subject_alt_names", "match_subject_alt_names")
        for _, m in numbered(mapping(context).get(field))
    )


_CONTEXT: Path = (*_TLS_PLACE, "common_tls_context")
_MODE = Aspect("transport_socket", _mode, (("transport_socket",), ("transport_socket_matches",)))
_SNI = Aspect(
    "transport_socket.sni", lambda cluster: text(_tls_of(cluster).get("sni")) or None, ((*_TLS_PLACE, "sni"),)
)
_VERIFIED = Aspect(
    "transport_socket.validation_context",
    _verifies,
    tuple(
        (*_CONTEXT, f)
        for f in ("validation_context", "combined_validation_context", "validation_context_sds_secret_config")
    ),
)
_SERVER = Aspect("transport_socket.match_typed_subject_alt_names", _names_of_server, _VERIFIED.covers)


def _tls(block: Block) -> Iterator[Want]:
    fields, path = block.fields, block.path
    if not fields:
        return
    mode = text(fields.get("mode")) or "DISABLE"
    yield want(block.source, (*path, "mode"), _MODE, mode)
    if mode == "DISABLE":
        return
    if mode in ("SIMPLE", "MUTUAL") or fields.get("sni"):
        yield want(block.source, (*path, "sni"), _SNI, text(fields.get("sni")) or None, rest=True)
    if "insecureSkipVerify" in fields and mode != "ISTIO_MUTUAL":
        verified = fields["insecureSkipVerify"] is not True
        yield want(block.source, (*path, "insecureSkipVerify"), _VERIFIED, verified, rest=True)
    if fields.get("subjectAltNames"):
        wanted = texts(fields["subjectAltNames"])
        yield want(block.source, (*path, "subjectAltNames"), _SERVER, wanted, each=True, rest=True)


_TYPES = {"NONE": "ORIGINAL_DST", "STATIC": "EDS", "DNS": "STRICT_DNS", "DNS_ROUND_ROBIN": "LOGICAL_DNS"}
_BY_EXTENSION = {"envoy.clusters.dns": "DNS", "envoy.cluster.dns": "DNS", "envoy.cluster.original_dst": "ORIGINAL_DST"}


def _type(cluster: Any) -> str:
    extension = dig(cluster, "cluster_type", "name")
    return _BY_EXTENSION.get(extension, extension) if extension else text(mapping(cluster).get("type")) or "STATIC"


_TYPE = Aspect("type", _type, (("type",), ("cluster_type",)))
_OUTSIDE = aspect("metadata.filter_metadata.istio.external", flag)


def _addresses(cluster: Any) -> tuple[str, ...]:
    return tuple(
        sorted(
            text(dig(e, "endpoint", "address", "socket_address", "address"))
            for _, group in numbered(dig(cluster, "load_assignment", "endpoints"))
            for _, e in numbered(group.get("lb_endpoints"))
        )
    )


_ASSIGNED = Aspect("load_assignment", _addresses, (("load_assignment",),))


def wants_of_entry(entry: ServiceEntry, own: Policy | None) -> Iterator[Want]:
    """What a ServiceEntry wants of its clusters."""
    simple = own.block("loadBalancer").fields.get("simple") if own else ""
    kind = _TYPES.get(entry.resolution)
    if kind and simple != "PASSTHROUGH":
        yield want(entry, ("spec", "resolution"), _TYPE, kind)
    outside = entry.spec.get("location") != "MESH_INTERNAL"
    yield want(entry, ("spec", "location"), _OUTSIDE, outside)
    listed = [e for _, e in numbered(entry.spec.get("endpoints"))]
    if listed and entry.resolution.startswith("DNS"):
        wanted = tuple(sorted(text(e.get("address")) for e in listed))
        yield want(entry, ("spec", "endpoints"), _ASSIGNED, wanted)


def wants_of_cluster(viewer: Viewer, provider: Provided, port: ProvidedPort, found: Policy | None) -> Iterator[Want]:
    """What all resources want of one cluster."""
    passthrough = isinstance(provider.source, ServiceEntry) and provider.source.resolution == "NONE"
    if found is not None:
        yield from (w for w in wants_of_policy(viewer, found, port) if not (passthrough and w.aspect is _POLICY))
    if isinstance(provider.source, ServiceEntry):
        yield from wants_of_entry(provider.source, found)
