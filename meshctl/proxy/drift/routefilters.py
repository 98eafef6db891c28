"""Faults and CORS of a VirtualService's http route: settings of filters that stand in a route of Envoy's."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text, texts
from meshctl.graph.kinds.networking import VirtualService
from meshctl.model.paths import Path
from meshctl.proxy.drift.routematch import matcher, text_match
from meshctl.proxy.drift.values import duration, flag, fraction, number, percent
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_FAULT = "typed_per_filter_config.[envoy.filters.http.fault]"
_CORS = "typed_per_filter_config.[envoy.filters.http.cors]"


def wants_of_fault(source: VirtualService, path: Path, fault: Fields) -> Iterator[Want]:
    """What `fault` of a rule wants of its routes."""
    delay, abort = mapping(fault.get("delay")), mapping(fault.get("abort"))
    yield want(source, (*path, "delay", "fixedDelay"), _DELAY, duration(delay.get("fixedDelay")))
    yield from _share(source, (*path, "delay"), delay, _DELAY_SHARE)
    if "httpStatus" in abort:
        yield want(source, (*path, "abort", "httpStatus"), _ABORT_STATUS, number(abort["httpStatus"]))
    if "grpcStatus" in abort:
        status = text(abort["grpcStatus"])
        code = number(status) if status.isdecimal() else _GRPC.index(status) if status in _GRPC else status
        yield want(source, (*path, "abort", "grpcStatus"), _ABORT_GRPC, code)
    if not abort:
        yield want(source, (*path, "abort"), _HAS_ABORT, False)
    yield from _share(source, (*path, "abort"), abort, _ABORT_SHARE)


def _share(source: VirtualService, path: Path, fields: Fields, found: Aspect) -> Iterator[Want]:
    if fields.get("percentage") is not None:
        value = mapping(fields["percentage"]).get("value", 0)
        yield want(source, (*path, "percentage", "value"), found, percent(value))
    elif "percent" in fields:
        yield want(source, (*path, "percent"), found, percent(fields["percent"]))


_GRPC = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
]
_DELAY = aspect(f"{_FAULT}.delay.fixed_delay", duration)
_DELAY_SHARE = aspect(f"{_FAULT}.delay.percentage", fraction)
_ABORT_STATUS = aspect(f"{_FAULT}.abort.http_status", number)
_ABORT_GRPC = aspect(f"{_FAULT}.abort.grpc_status", number)
_ABORT_SHARE = aspect(f"{_FAULT}.abort.percentage", fraction)
_HAS_ABORT = aspect(f"{_FAULT}.abort", bool)


def wants_of_cors(source: VirtualService, path: Path, cors: Fields) -> Iterator[Want]:
    """What `corsPolicy` of a rule wants of its routes."""
    if "allowOrigins" in cors:
        origins = tuple(" ".join(text_match(origin) or ()) for _, origin in numbered(cors["allowOrigins"]))
        yield want(source, (*path, "allowOrigins"), _ORIGINS, origins, each=True)
    for name, found in (("allowMethods", _METHODS), ("allowHeaders", _HEADERS), ("exposeHeaders", _EXPOSED)):
        yield want(source, (*path, name), found, texts(cors.get(name)), each=True)
    age = duration(cors.get("maxAge"))
    yield want(source, (*path, "maxAge"), _MAX_AGE, age)
    if "allowCredentials" in cors:
        yield want(source, (*path, "allowCredentials"), _CREDENTIALS, cors["allowCredentials"] is True)
    if "unmatchedPreflights" in cors:
        forwarded = cors["unmatchedPreflights"] != "IGNORE"
        yield want(source, (*path, "unmatchedPreflights"), _PREFLIGHTS, forwarded)


def _words(value: Any) -> tuple[str, ...]:
    return tuple(word.strip() for word in str(value or "").split(",") if word.strip())


HAS_CORS = aspect(_CORS, bool)
_ORIGINS = aspect(
    f"{_CORS}.allow_origin_string_match",
    lambda found: tuple(matcher(each) or "" for each in found) if isinstance(found, list) else (),
)
_METHODS = aspect(f"{_CORS}.allow_methods", _words)
_HEADERS = aspect(f"{_CORS}.allow_headers", _words)
_EXPOSED = aspect(f"{_CORS}.expose_headers", _words)
_MAX_AGE = aspect(f"{_CORS}.max_age", lambda found: None if found is None else duration(f"{found}s"))
_CREDENTIALS = aspect(f"{_CORS}.allow_credentials", flag)
_PREFLIGHTS = aspect(f"{_CORS}.forward_not_matching_preflights", lambda found: found is None or flag(found))
