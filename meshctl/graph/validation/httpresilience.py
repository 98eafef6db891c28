"""Retries, injected faults and CORS of http routes."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from meshctl.graph.fields import integer, listed, mapping, numbered, numbered_texts, text
from meshctl.graph.nearest import Names
from meshctl.graph.validation.durations import duration, whole_seconds
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.headers import is_token
from meshctl.graph.validation.ranges import at_least, between, percent
from meshctl.graph.validation.regexes import string_match
from meshctl.model.paths import Path

_CONDITIONS = frozenset(
    [
        "5xx",
        "gateway-error",
        "reset",
        "reset-before-request",
        "connect-failure",
        "retriable-4xx",
        "refused-stream",
        "retriable-status-codes",
        "retriable-headers",
        "envoy-ratelimited",
        "http3-post-connect-failure",
        "cancelled",
        "deadline-exceeded",
        "internal",
        "resource-exhausted",
        "unavailable",
    ]
)
_GRPC = frozenset(
    [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
    ]
)
_METHODS = frozenset(
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "CONNECT",
        "OPTIONS",
        "TRACE",
        "*",
    ]
)
_SMALLEST_PERCENTAGE = 0.0001


@cache
def _nearest(known: frozenset[str]) -> Names:
    return Names(known)


def _meant(name: str, known: frozenset[str]) -> str:
    written = next((word for word in (name.lower(), name.upper()) if word in known), None)
    near = written or _nearest(known).nearest(name) or _nearest(known).nearest(name.upper())
    return f"Did you mean {near}?" if near else f"Use one of {', '.join(sorted(known))}."


@cache
def _statuses() -> frozenset[str]:
    return frozenset(str(int(status)) for status in HTTPStatus)


def _retries(value: Any, path: Path) -> Iterator[Fault]:
    retries = mapping(value)
    attempts = integer(retries.get("attempts")) or 0
    yield from at_least(attempts, (*path, "attempts"))
    useless = [f for f in ("perTryTimeout", "retryOn", "retryRemoteLocalities") if retries.get(f)]
    if attempts == 0 and useless:
        yield Fault(
            (*path, "attempts"),
            f"There are 0 attempts, so {' and '.join(useless)} cannot take effect.",
            "Set attempts, or remove the others: `attempts: 0` alone switches retries off.",
        )
    yield from duration(retries.get("perTryTimeout"), (*path, "perTryTimeout"))
    yield from duration(retries.get("backoff"), (*path, "backoff"))
    conditions = text(retries.get("retryOn"))
    for condition in conditions.split(",") if conditions else ():
        if condition not in _CONDITIONS and condition not in _statuses():
            if condition.strip() in _CONDITIONS or condition.strip() in _statuses():
                fix = "Remove the blanks: the list is cut at commas alone."
            else:
                fix = _meant(condition.strip(), _CONDITIONS)
            yield Fault((*path, "retryOn"), f"{condition!r} is no condition to retry on.", fix)


def _injection(value: Any, path: Path) -> Iterator[Fault]:
    fault = mapping(value)
    abort, delay = fault.get("abort"), fault.get("delay")
    if not isinstance(abort, dict) and not isinstance(delay, dict):
        yield Fault(path, "The fault has neither abort nor delay.", "Add one of them, or remove the fault.")
    if isinstance(abort, dict):
        yield from _percentage(abort, (*path, "abort"))
        if not any(f in abort for f in ("httpStatus", "grpcStatus", "http2Error")):
            yield Fault(
                (*path, "abort"), "The abort has no status, so nothing is aborted.", "Add httpStatus.", warning=True
            )
        if "httpStatus" in abort:
            yield from between(abort["httpStatus"], (*path, "abort", "httpStatus"), 200, 600)
        grpc = text(abort.get("grpcStatus"))
        if "grpcStatus" in abort and grpc not in _GRPC:
            place = (*path, "abort", "grpcStatus")
            yield Fault(place, f"{grpc!r} is no status of gRPC.", _meant(grpc, _GRPC))
        if "http2Error" in abort:
            place = (*path, "abort", "http2Error")
            yield Fault(place, "Errors of HTTP/2 cannot be injected.", "Use httpStatus or grpcStatus.")
    if isinstance(delay, dict):
        yield from _percentage(delay, (*path, "delay"))
        yield from percent(delay.get("percent"), (*path, "delay", "percent"))
        yield from duration(delay.get("fixedDelay"), (*path, "delay", "fixedDelay"))
        if "exponentialDelay" in delay:
            yield Fault((*path, "delay", "exponentialDelay"), "exponentialDelay is not built.", "Use fixedDelay.")


def _percentage(part: Any, path: Path) -> Iterator[Fault]:
    value = mapping(part.get("percentage")).get("value")
    if value:
        yield from between(value, (*path, "percentage", "value"), _SMALLEST_PERCENTAGE, 100)


def _cors(value: Any, path: Path) -> Iterator[Fault]:
    policy = mapping(value)
    for i, origin in numbered(policy.get("allowOrigins")):
        place = (*path, "allowOrigins", i)
        if not any(origin.get(kind) for kind in ("exact", "prefix", "regex")):
            yield Fault(place, "The allowed origin is empty.", "Write `exact`, `prefix` or `regex` with a value.")
        else:
            yield from string_match(origin, place)
    for i, method in numbered_texts(policy.get("allowMethods")):
        if method not in _METHODS:
            yield Fault((*path, "allowMethods", i), f"{method!r} is no method of HTTP.", _meant(method, _METHODS))
    for field in ("allowHeaders", "exposeHeaders"):
        for i, name in enumerate(listed(policy.get(field))):
            if isinstance(name, str) and name != "*" and not is_token(name):
                yield Fault((*path, field, i), f"{name!r} is no name of a header.", "Use letters, digits and dashes.")
    yield from whole_seconds(policy.get("maxAge"), (*path, "maxAge"))


retries = remembering(_retries)
injection = remembering(_injection)
cors = remembering(_cors)
