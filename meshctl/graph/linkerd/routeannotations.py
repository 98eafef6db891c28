"""Linkerd's annotations about retries, timeouts and circuit breaking on Services and routes, and their values."""

import re
from collections.abc import Callable, Mapping

BREAKER = "balancer.linkerd.io/failure-accrual"
SUCCESS_RATE = "balancer.alpha.linkerd.io/failure-accrual-success-rate"
_BREAKERS = ("balancer.linkerd.io/", "balancer.alpha.linkerd.io/")
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"([0-9]{1,15})(ms|s|m|h|d)")
_GRPC = ("cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable")

Judge = Callable[[str], str]


def route_annotation_problem(name: str, value: str, *, on_service: bool) -> str:
    """What is wrong with a value, as the end of a sentence that begins with it; empty if nothing or none of these."""
    judge = _EVERYWHERE.get(name) or (BREAKER_ANNOTATIONS.get(name) if on_service else None)
    return judge(value) if judge else ""


def is_breaker(name: str) -> bool:
    """Whether an annotation is one of those about circuit breaking."""
    return name.startswith(_BREAKERS) and "failure-accrual" in name


def _milliseconds(value: str) -> int | None:
    if value == "0":
        return 0
    found = _DURATION.fullmatch(value)
    return int(found[1]) * _MILLISECONDS[found[2]] if found else None


def _duration(value: str) -> str:
    return "" if _milliseconds(value) is not None else "is not a whole number with its unit, such as 500ms, 2s or 1m"


def _some_time(value: str) -> str:
    return _duration(value) or ("" if _milliseconds(value) else "is no time at all")


def _at_least_10ms(value: str) -> str:
    return _duration(value) or ("" if (_milliseconds(value) or 0) >= 10 else "is less than 10ms")


def _up_to(bound: int) -> Judge:
    def judge(value: str) -> str:
        fits = re.fullmatch("[0-9]{1,10}", value) and int(value) <= bound
        return "" if fits else f"is not a whole number from 0 to {bound}"

    return judge


def _number(bound: int) -> Judge:
    def judge(value: str) -> str:
        plain = re.fullmatch(r"[0-9]{1,10}(\.[0-9]{0,20})?|\.[0-9]{1,20}", value)
        return "" if plain and float(value) <= bound else f"is not a number from 0 to {bound}"

    return judge


def _http(value: str) -> str:
    wrong = next((item for item in value.split(",") if not _is_status(item.strip())), None)
    return "" if wrong is None else f"has {wrong.strip()!r}, which is no status, range of them, 5xx or gateway-error"


def _is_status(item: str) -> bool:
    if item in ("5xx", "gateway-error"):
        return True
    low, dash, high = item.partition("-")
    numbers = [int(n) if re.fullmatch("[1-5][0-9]{2}", n) else 0 for n in ((low, high) if dash else (low, low))]
    return 0 < numbers[0] <= numbers[1]


def _grpc(value: str) -> str:
    wrong = next((item for item in value.split(",") if item.strip() not in _GRPC), None)
    return "" if wrong is None else f"has {wrong.strip()!r}, which is none of {', '.join(_GRPC)}"


def _mode(value: str) -> str:
    return "" if value in ("consecutive", "unified") else "is neither consecutive nor unified"


_EVERYWHERE: Mapping[str, Judge] = {
    "retry.linkerd.io/limit": _up_to(65535),
    "retry.linkerd.io/timeout": _duration,
    "retry.linkerd.io/http": _http,
    "retry.linkerd.io/grpc": _grpc,
    "timeout.linkerd.io/request": _duration,
    "timeout.linkerd.io/response": _duration,
    "timeout.linkerd.io/idle": _duration,
}
BREAKER_ANNOTATIONS: Mapping[str, Judge] = {
    BREAKER: _mode,
    f"{BREAKER}-consecutive-max-failures": _up_to(2**32 - 1),
    f"{BREAKER}-consecutive-min-penalty": _duration,
    f"{BREAKER}-consecutive-max-penalty": _some_time,
    f"{BREAKER}-consecutive-jitter-ratio": _number(100),
    f"{SUCCESS_RATE}-threshold": _number(1),
    f"{SUCCESS_RATE}-window": _at_least_10ms,
    f"{SUCCESS_RATE}-min-requests": _up_to(1_000_000),
}
"""The annotations about circuit breaking that Linkerd knows."""
