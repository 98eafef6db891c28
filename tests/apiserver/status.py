"""Answers that are no resource: Kubernetes' Status in its words, or plain text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    410: "Expired",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer; `body` as it goes over the wire."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def document(data: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(data, separators=(",", ":")).encode() + b"\n")


def failure(
    status: int,
    message: str,
    *,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A Status object that says no."""
    data: dict[str, Any] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": dict(metadata or {}),
        "status": "Failure",
        "message": message,
        "reason": reason or REASONS[status],
    }
    if details:
        data["details"] = dict(details)
    data["code"] = status
    return Answer(status, json.dumps(data, separators=(",", ":")).encode() + b"\n", JSON, dict(headers or {}))


def no_such_path() -> Answer:
    """What the API server says where no group, version or resource is: text, no Status."""
    return Answer(404, b"404 page not found\n", "text/plain; charset=utf-8")
