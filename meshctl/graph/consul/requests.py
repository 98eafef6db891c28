"""Whether a permission of an intention is for a request."""

import re
from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.consul import methods


class Request(Struct, frozen=True):
    """A request as permissions see it; names of headers are in lower case."""

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}


def fits(http: Fields, request: Request) -> bool:
    """Whether the match of a route is for the request."""
    any_case = http.get("caseInsensitive") is True
    paths = {key: value.lower() if any_case and isinstance(value, str) else value for key, value in http.items()}
    wanted = methods(http)
    return (
        _path(paths, request.path.lower() if any_case else request.path)
        and (not wanted or request.method in wanted)
        and all(_header(header, request.headers) for _, header in numbered(http.get("header")))
        and all(_value(item, request.query.get(text(item.get("name")))) for _, item in numbered(http.get("queryParam")))
    )


def permits(permission: Fields, request: Request) -> bool:
    """Whether the permission, which may allow or deny, is for the request."""
    http = mapping(permission.get("http"))
    wanted = methods(http)
    return (
        _path(http, request.path)
        and (not wanted or request.method in wanted)
        and all(_header(header, request.headers) for _, header in numbered(http.get("header")))
    )


def _path(http: Fields, path: str) -> bool:
    if exact := text(http.get("pathExact")):
        return path == exact
    if prefix := text(http.get("pathPrefix")):
        return path.startswith(prefix)
    regex = text(http.get("pathRegex"))
    return not regex or _fits(regex, path)


def _header(header: Fields, carried: Mapping[str, str]) -> bool:
    value = carried.get(text(header.get("name")).lower())
    return _value(header, value) != (header.get("invert") is True)


def _value(header: Fields, value: str | None) -> bool:
    if value is None:
        return False
    if header.get("ignoreCase") is True:
        value = value.lower()
        header = {k: v.lower() if isinstance(v, str) and k != "regex" else v for k, v in header.items()}
    if exact := text(header.get("exact")):
        return value == exact
    if prefix := text(header.get("prefix")):
        return value.startswith(prefix)
    if suffix := text(header.get("suffix")):
        return value.endswith(suffix)
    if part := text(header.get("contains")):
        return part in value
    regex = text(header.get("regex"))
    return not regex or _fits(regex, value)


def _fits(regex: str, value: str) -> bool:
    """Whether a regular expression takes the whole value; one that cannot be read takes nothing."""
    try:
        return re.fullmatch(regex, value) is not None
    except re.error:
        return False
