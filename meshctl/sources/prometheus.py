"""Prometheus as a source: one question at a time, with GET, and what it does wrong in a sentence."""

import json
import os
from collections.abc import Iterator
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

HEADER_VARIABLE = "MESHCTL_PROMETHEUS_HEADER"
"""The environment variable with a header for each request, as `Authorization: Bearer ...`."""

LARGEST = 512 * 1024 * 1024


class Unavailable(Exception):
    """Prometheus does not answer as it should; the text is one sentence without a full stop."""


def address_shown(url: str) -> str:
    """An address without the user and the password in it. Raises ValueError for what is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no address of Prometheus: write http://HOST:PORT")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def ask(url: str, query: str, timeout: float) -> Iterator[tuple[dict[str, str], float]]:
    """(labels, value) of each time series of the answer to an instant query, asked with GET.

    Raises Unavailable, and ValueError for what is no address.
    """
    name = address_shown(url)
    document = _get(f"{url.rstrip('/')}/api/v1/query", name, query, timeout)
    if document.get("status") != "success":
        raise Unavailable(f"{name} refuses a query: {document.get('error') or document.get('status')}")
    try:
        data = document["data"]
        if data["resultType"] != "vector":
            raise Unavailable(f"{name} answers with a {data['resultType']} instead of a vector")
        for each in data["result"]:
            value = float(each["value"][1])
            if isfinite(value):
                yield {str(k): str(v) for k, v in each["metric"].items()}, value
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"{name} does not answer as Prometheus does: {type(error).__name__} {error}") from error


def _get(url: str, name: str, query: str, timeout: float) -> dict[str, Any]:
    import requests

    try:
        with requests.get(
            url, params={"query": query}, headers=_headers(), timeout=timeout, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code in (401, 403):
                raise Unavailable(f"{name} wants to know who asks ({answer.status_code}): set {HEADER_VARIABLE}")
            body = answer.raw.read(LARGEST + 1, decode_content=True)
            if len(body) > LARGEST:
                raise Unavailable(f"{name} answers with more than {LARGEST:,} bytes: name a namespace")
            status = answer.status_code
    except (requests.RequestException, OSError, ValueError) as error:
        raise Unavailable(f"{name} cannot be reached: {_reason(error)}") from error
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "status" not in document:
        raise Unavailable(f"{name} does not answer as Prometheus does (status {status})")
    return document


def _headers() -> dict[str, str]:
    name, colon, value = os.environ.get(HEADER_VARIABLE, "").partition(":")
    return {name.strip(): value.strip()} if colon else {}


def _reason(error: Exception) -> str:
    text = str(error)
    for words in ("Connection refused", "Name or service not known", "timed out", "certificate verify failed"):
        if words in text:
            return words[:1].lower() + words[1:]
    return text[:160]


def quoted(text: str) -> str:
    """Text as it stands in the quotes of a query."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
