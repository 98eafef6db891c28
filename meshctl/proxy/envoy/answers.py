"""From the bytes of an answer to plain data, or to a sentence that says what they are instead."""

import re
from typing import Any

import msgspec

LARGEST = 512 * 1024 * 1024
"""Bytes that an answer may have: no sane configuration is larger, and a pod with less memory than this must survive."""

_DECODER = msgspec.json.Decoder()


class BrokenAnswer(Exception):
    """An answer that cannot be used; the text is one sentence without a full stop, and without its subject.

    `status` is that of HTTP where it was refused, otherwise 0.
    """

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


def decode(data: bytes) -> Any:
    """The JSON value of an answer as plain data. Raises BrokenAnswer."""
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise broken(data, error) from error


def decode_object(data: bytes) -> dict[str, Any]:
    """The JSON object of an answer. Raises BrokenAnswer."""
    value = decode(data)
    if not isinstance(value, dict):
        raise BrokenAnswer(f"is JSON, but {_kind(value)} where an object belongs")
    return value


def broken(data: bytes, error: Exception) -> BrokenAnswer:
    """Why these bytes are not the JSON they should be."""
    start = data[:300].strip()
    if not start:
        return BrokenAnswer("is empty")
    if start[:1] == b"<":
        title = re.search(rb"<(?:title|h1)>([^<]*)", data[:4000], re.IGNORECASE)
        said = f": {title[1].decode(errors='replace').strip()}" if title else ""
        return BrokenAnswer(f"is a web page instead of JSON{said}")
    if start[:1] not in b"{[":
        line = start.splitlines()[0][:160].decode(errors="replace")
        return BrokenAnswer(f"is text instead of JSON: {line}")
    if isinstance(error, RecursionError):
        return BrokenAnswer("is nested too deeply to be read")
    if "truncated" in str(error) or data.rstrip()[-1:] not in b"}]":
        return BrokenAnswer(f"ends in the middle, after {len(data):,} bytes")
    return BrokenAnswer(f"is not valid JSON: {str(error)[:160]}")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "a list", str: "a text", bool: "a boolean"}.get(type(value), "a number")
