"""Consistent hashing: a field of a DestinationRule that shows in the routes to its host."""

from typing import Any

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.viewpoint.policies import policy
from meshctl.graph.viewpoint.scope import home_of
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig, duration


class Hash(Struct, frozen=True):
    """What requests are hashed by, as `header x-user`, and the field that says so."""

    source: DestinationRule
    path: Path
    said: str


def hash_policy(viewer: Viewer, host: str, subset: str, port: int) -> Hash | None:
    """What requests to a destination are hashed by; None where they are not."""
    found = policy(viewer, host, home_of(viewer, host), subset, port) or policy(
        viewer, host, home_of(viewer, host), "", port
    )
    if found is None:
        return None
    block = found.block("loadBalancer")
    hashing = mapping(block.fields.get("consistentHash"))
    for field in ("httpHeaderName", "httpQueryParameterName", "httpCookie", "useSourceIp"):
        if hashing.get(field):
            return Hash(block.source, (*block.path, "consistentHash", field), _said(field, hashing))
    return None


def _said(field: str, hashing: Fields) -> str:
    value = hashing[field]
    if field == "httpHeaderName":
        return f"header {value}"
    if field == "httpQueryParameterName":
        return f"query parameter {value}"
    if field == "useSourceIp":
        return "source address"
    cookie = mapping(value)
    parts = (cookie.get("name"), cookie.get("path"), duration(cookie.get("ttl")))
    return " ".join(["cookie", *(str(p) for p in parts if p)])


def spoken(entry: Any) -> str | None:
    """A hash policy of Envoy's in the same words."""
    if name := dig(entry, "header", "header_name"):
        return f"header {name}"
    if name := dig(entry, "query_parameter", "name"):
        return f"query parameter {name}"
    if dig(entry, "connection_properties", "source_ip"):
        return "source address"
    if isinstance(cookie := dig(entry, "cookie"), dict):
        parts = (cookie.get("name"), cookie.get("path"), duration(cookie.get("ttl")))
        return " ".join(["cookie", *(str(p) for p in parts if p)])
    return None if entry is None else "something else"
