"""Field names of protocol buffers: istiod writes them in camel case, Envoy in snake case."""

import re
from functools import lru_cache
from typing import Any

_CAMEL = re.compile(r"[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*\Z")
# Camel case loses the underscore before a number; `http2_protocol_options` has none, these have.
_NUMBERED = {
    "acceptHttp10": "accept_http_10",
    "consecutive5xx": "consecutive_5xx",
    "defaultHostForHttp10": "default_host_for_http_10",
    "enforcingConsecutive5xx": "enforcing_consecutive_5xx",
    "proxy100Continue": "proxy_100_continue",
}
# Names of fields of messages that hold anything: what is inside them is data, not fields.
_OPAQUE = frozenset({"filterMetadata", "filter_metadata"})
_STRUCTS = ("/google.protobuf.Struct", "/udpa.type.v1.TypedStruct", "/xds.type.v3.TypedStruct")


@lru_cache(maxsize=4096)
def snake_name(name: str) -> str:
    """`dynamicActiveClusters` as `dynamic_active_clusters`; what is no field name stays as it is."""
    if name in _NUMBERED:
        return _NUMBERED[name]
    return re.sub(r"[A-Z]", lambda m: f"_{m[0].lower()}", name) if _CAMEL.match(name) else name


def snake(value: Any) -> Any:
    """A message as Envoy prints it; contents of metadata and structs stay as they are."""
    if isinstance(value, dict):
        if str(value.get("@type", "")).endswith(_STRUCTS):
            return {snake_name(k): v for k, v in value.items()}
        return {snake_name(k): v if k in _OPAQUE else snake(v) for k, v in value.items()}
    if isinstance(value, list):
        return [snake(v) for v in value]
    return value
