"""Secrets out of what was read: pure functions that give a redacted copy and leave the original alone."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from meshctl.sources.secretobjects import redact_secret
from meshctl.sources.secrettexts import REDACTED, redact_text

_SECRET = r"password|passwd|passphrase|pass(?![a-z])|pwd|token|secret|credential|key"
_SECRET_NAME = re.compile(_SECRET, re.IGNORECASE)
# `--password=x`, `PASSWORD=x` and `--password x`, as an argument or within a script.
_ASSIGNED = re.compile(rf"([\w.-]*(?:{_SECRET})[\w.-]*=)(\"[^\"]*\"|'[^']*'|[^\s;&|\"']+)", re.IGNORECASE)
_FOLLOWED = re.compile(rf"(--?[\w.-]*(?:{_SECRET})[\w.-]*\s+)(?!-)(\"[^\"]*\"|'[^']*'|[^\s;&|\"']+)", re.IGNORECASE)
_OPTION = re.compile(rf"--?[\w.-]*(?:{_SECRET})[\w.-]*", re.IGNORECASE)
# Fields that hold a secret wherever they stand. Not `privateKey`: in Istio that is the name of a file.
_FIELDS = re.compile(
    r"password|passwd|passphrase|client_?secret|api[_-]?key|(?:access|refresh|bearer)_?token|secret_?access_?key|"
    r"(?:proxy-)?authorization|x-api-key|x-auth-token",
    re.IGNORECASE,
)
_INLINE = frozenset({"inline_string", "inlineString", "inline_bytes", "inlineBytes"})
# Lists of `{name: ..., value: ...}` or mappings of names to values that somebody chose: variables and headers to send.
_NAMED = frozenset({"env", "environmentVariables", "httpHeaders", "set", "add"})
_HEADER_VALUES = frozenset({"value", "raw_value", "rawValue", "values", "notValues"})
# What a header is compared with. Patterns stay: checks look at them.
_COMPARED = frozenset({"exact", "prefix"})
_HEADER = re.compile(r"(?:request\.headers\[)?([^\]]*)\]?")
# kubectl and oc keep whole objects there, with all that is redacted elsewhere.
_COPIES = frozenset({"kubectl.kubernetes.io/last-applied-configuration", "openshift.io/token-secret.value"})
# Checks read the ConfigMaps of the mesh itself; of the applications' own it is enough to know which entries there are.
_MESH_CONFIG = re.compile(r"istio|linkerd|consul|ztunnel|mesh")
_BYTES = base64.b64encode(REDACTED.encode()).decode()


def redact_object(data: Mapping[str, Any]) -> dict[str, Any]:
    """A Kubernetes object as it may leave the cluster, without managedFields.

    Of a Secret its type, the names of its entries, its certificates and the marks of its private keys stay.
    """
    kept = {**data, "metadata": _metadata(data["metadata"])} if "metadata" in data else dict(data)
    if data.get("apiVersion") == "v1" and data.get("kind") == "Secret":
        kept = redact_secret(kept)
    elif data.get("apiVersion") == "v1" and data.get("kind") == "ConfigMap":
        kept = _config_map(kept)
    return {key: redact_value(value, key) for key, value in kept.items()}


def redact_value(value: Any, name: str = "") -> Any:
    """Plain data without secrets; `name` is the field that holds it."""
    if value.__class__ is str:
        return REDACTED if value and _FIELDS.fullmatch(name) else redact_text(value)
    if value.__class__ is dict:
        return _mapping(value, name)
    if value.__class__ is list:
        if name in ("args", "command"):
            return _arguments(value)
        return [_variable(each) if name in _NAMED else redact_value(each, name) for each in value]
    return value


def redact_answer(data: bytes) -> bytes:
    """An answer of a proxy or a control plane, JSON or text."""
    import json

    text = data.decode("utf-8", "surrogateescape")
    if text.lstrip()[:1] in ("{", "["):
        try:
            value = json.loads(text)
            redacted = redact_value(value)
            return data if redacted == value else json.dumps(redacted, separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            pass  # Broken answers are of interest as well.
    return redact_text(text).encode("utf-8", "surrogateescape")


def _mapping(value: dict[str, Any], name: str) -> dict[str, Any]:
    if name in _NAMED:
        return {redact_text(key): _valued(key, each) for key, each in value.items()}
    hidden: frozenset[str] = frozenset()
    if not _INLINE.isdisjoint(value) and _SECRET_NAME.search(name):
        hidden = _INLINE
    elif _FIELDS.fullmatch(name):
        hidden = _COMPARED
    else:
        # A header as Envoy and the Gateway API write it: `{name: authorization, value: ...}`.
        header = value.get("key", value.get("name"))
        if header.__class__ is str and (named := _HEADER.fullmatch(header)) and _FIELDS.fullmatch(named[1]):
            hidden = _HEADER_VALUES
    return {
        redact_text(key): _hidden(each) if key in hidden else redact_value(each, key) for key, each in value.items()
    }


def _hidden(value: Any) -> Any:
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    return REDACTED if isinstance(value, str) else redact_value(value)


def _metadata(metadata: Any) -> Any:
    if not isinstance(metadata, dict):
        return metadata
    kept = {key: value for key, value in metadata.items() if key != "managedFields"}
    annotations = kept.get("annotations")
    if isinstance(annotations, dict) and not _COPIES.isdisjoint(annotations):
        kept["annotations"] = {key: value for key, value in annotations.items() if key not in _COPIES}
    return kept


def _config_map(data: dict[str, Any]) -> dict[str, Any]:
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    ours = isinstance(name, str) and _MESH_CONFIG.match(name) is not None
    for part, hidden in (("data", REDACTED), ("binaryData", _BYTES)):
        entries = data.get(part)
        if isinstance(entries, dict):
            keep = ours and part == "data"
            data[part] = {key: v if keep and not _SECRET_NAME.search(key) else hidden for key, v in entries.items()}
        elif part in data:
            data[part] = {}
    return data


def _variable(variable: Any) -> Any:
    """A variable of a container's environment, or a header that is sent."""
    name = variable.get("name") if isinstance(variable, dict) else None
    if isinstance(name, str) and "value" in variable:
        return {**redact_value(variable), "value": _valued(name, variable["value"])}
    return redact_value(variable)


def _valued(name: str, value: Any) -> Any:
    hide = isinstance(value, str) and value and _SECRET_NAME.search(name)
    return REDACTED if hide else redact_value(value, name)


def _arguments(values: list[Any]) -> list[Any]:
    kept: list[Any] = []
    follows = False
    for value in values:
        if not isinstance(value, str):
            kept.append(redact_value(value))
            follows = False
            continue
        hide = follows and not value.startswith("-")
        text = _ASSIGNED.sub(rf"\1{REDACTED}", redact_text(value))
        kept.append(REDACTED if hide else _FOLLOWED.sub(rf"\1{REDACTED}", text))
        follows = _OPTION.fullmatch(value) is not None
    return kept


__all__ = ["REDACTED", "redact_answer", "redact_object", "redact_text", "redact_value"]
