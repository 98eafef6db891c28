"""A Secret as it may leave the cluster: what checks find in it stays the same, and nothing in it is secret."""

import base64
import json
import warnings
from collections.abc import Mapping
from typing import Any

from meshctl.sources.keymarks import is_mark, key_mark
from meshctl.sources.secrettexts import REDACTED

MARKS = "meshctl.dev/key-marks"
"""Annotation of a redacted Secret: the marks of its private keys as JSON, by the names of their entries."""

# Fields in front of what is encrypted by sops tell that it is; what they say does not matter.
_KEPT = ("apiVersion", "kind", "metadata", "type", "immutable")
_KEYS = frozenset({"key", "tls.key"})
# Texts that base64 cannot hold stay such texts: they stand for something that is filled in later.
_NOT_BASE64 = f"<{REDACTED}>"


def redact_secret(data: Mapping[str, Any]) -> dict[str, Any]:
    """Type, names of the entries and certificates of a Secret, with the marks of its private keys."""
    kept: dict[str, Any] = {field: data[field] for field in _KEPT if field in data}
    if "sops" in data:
        kept["sops"] = REDACTED
    known = key_marks(data)
    marks: dict[str, str] = {}
    for part in ("data", "stringData"):
        entries = data.get(part)
        if isinstance(entries, dict):
            content = {name: _content(value, part == "data") for name, value in entries.items()}
            marks.update({name: _mark(name, c, known) for name, c in content.items() if name in _KEYS and c})
            kept[part] = {name: _written(_public(name, c), part == "data") for name, c in content.items()}
        elif part in data:
            kept[part] = {}
    metadata = data.get("metadata")
    if isinstance(metadata, dict):
        annotations = metadata.get("annotations")
        others = dict(annotations) if isinstance(annotations, dict) else {}
        others.pop(MARKS, None)
        if marks:
            others[MARKS] = json.dumps(marks, sort_keys=True)
        if annotations or others:
            metadata = {**metadata, "annotations": others}
        kept["metadata"] = metadata
    return kept


def key_marks(data: Mapping[str, Any]) -> dict[str, str]:
    """The marks that a redacted Secret carries: of entries whose values are gone, and nothing but marks."""
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    written = annotations.get(MARKS) if isinstance(annotations, dict) else None
    try:
        marks = json.loads(written) if isinstance(written, str) else None
    except (ValueError, RecursionError):
        marks = None
    if not isinstance(marks, dict):
        return {}
    return {
        name: mark
        for name, mark in marks.items()
        if name in _KEYS and isinstance(mark, str) and is_mark(mark) and _is_gone(data, name)
    }


def _is_gone(data: Mapping[str, Any], name: str) -> bool:
    return any(
        isinstance(entries := data.get(part), dict) and entries.get(name) == gone
        for part, gone in (("data", _encoded(REDACTED.encode())), ("stringData", REDACTED))
    )


def _content(value: Any, encoded: bool) -> bytes | None:
    """The bytes of an entry as checks see them; None for what is no base64."""
    if not isinstance(value, str):
        return b""
    if not encoded:
        return value.encode(errors="replace")
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        return None


def _mark(name: str, content: bytes, known: Mapping[str, str]) -> str:
    return known[name] if content == REDACTED.encode() and name in known else key_mark(content)


def _public(name: str, content: bytes | None) -> bytes | None:
    """What is public of an entry."""
    if not content:
        return content
    return (b"" if name in _KEYS else _certificates(content)) or REDACTED.encode()


def _written(content: bytes | None, encoded: bool) -> str:
    if content is None:
        return _NOT_BASE64
    return _encoded(content) if encoded else content.decode()


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _certificates(content: bytes) -> bytes:
    """The certificates of a text, written anew, so that nothing that stands between them is kept."""
    if b"CERTIFICATE-----" not in content:
        return b""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    with warnings.catch_warnings():
        # About odd serial numbers, which proxies take.
        warnings.simplefilter("ignore")
        try:
            return b"".join(each.public_bytes(Encoding.PEM) for each in load_pem_x509_certificates(content))
        except ValueError:
            return b""
