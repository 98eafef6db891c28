"""A match of a VirtualService's http route, as the `match` of a route of Envoy's."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered
from meshctl.graph.kinds.networking import VirtualService
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig
from meshctl.proxy.drift.wants import Aspect, Want, want

CLAIMS = "@request.auth.claims"
_PSEUDO = ("method", "authority", "scheme")
_PRESENT = "present"


def wants_of_match(source: VirtualService, path: Path, match: Fields) -> Iterator[Want]:
    """What one match (an empty one: a rule without matches) wants of its route."""
    uri = text_match(match.get("uri")) or ("prefix", "/")
    uri_path = (*path, "uri", uri[0]) if match.get("uri") else path
    yield want(source, uri_path, _URI, " ".join(uri))
    if match.get("uri"):
        yield want(source, (*path, "ignoreUriCase"), _CASE, match.get("ignoreUriCase") is True)
    for name in _PSEUDO:
        yield from _headers(source, path, {f":{name}": match.get(name)} if match.get(name) else {}, name)
    plain = {k.lower(): v for k, v in mapping(match.get("headers")).items() if not k.startswith(CLAIMS)}
    without = {k.lower(): v for k, v in mapping(match.get("withoutHeaders")).items() if not k.startswith(CLAIMS)}
    spelled = {k.lower(): k for field in ("headers", "withoutHeaders") for k in mapping(match.get(field))}
    for field, headers, inverted in (("headers", plain, False), ("withoutHeaders", without, True)):
        for name, value in headers.items():
            wanted = _words(value, inverted)
            yield want(source, (*path, field, spelled[name]), _header(name, inverted), wanted)
    known = {*plain, *without, *(f":{name}" for name in _PSEUDO if match.get(name))}
    yield want(source, (*path, "headers"), _other_headers(frozenset(known)), (), rest=True)
    params = mapping(match.get("queryParams"))
    for name, value in params.items():
        yield want(source, (*path, "queryParams", name), _param(name), _words(value, False))
    yield want(source, (*path, "queryParams"), _other_params(frozenset(params)), (), rest=True)


def is_catch_all(match: Fields) -> bool:
    """Whether nothing is left for the routes after one with this match."""
    uri = text_match(match.get("uri")) or ("prefix", "/")
    others = ("headers", "withoutHeaders", "queryParams", *_PSEUDO)
    return uri == ("prefix", "/") and not any(match.get(name) for name in others)


def text_match(value: object) -> tuple[str, str] | None:
    """Kind and text of a StringMatch; None where it says nothing."""
    for kind in ("exact", "prefix", "regex"):
        if isinstance(found := mapping(value).get(kind), str):
            return kind, found
    return None


def matcher(value: Any) -> str | None:
    """A StringMatcher of Envoy's in the words of a StringMatch: `exact jason`."""
    for kind in ("exact", "prefix", "suffix", "contains"):
        if isinstance(value, dict) and kind in value:
            return f"{kind} {value[kind]}"
    regex = dig(value, "safe_regex", "regex")
    return f"regex {regex}" if isinstance(regex, str) else None


def _headers(source: VirtualService, path: Path, headers: dict[str, Any], field: str) -> Iterator[Want]:
    for name, value in headers.items():
        yield want(source, (*path, field), _header(name, False), _words(value, False))


def _words(value: object, inverted: bool) -> str:
    found = text_match(value)
    said = _PRESENT if found is None or found in (("regex", "*"), ("prefix", "")) else " ".join(found)
    return f"not {said}" if inverted else said


def uri_of(route: Any) -> str | None:
    """What path a route matches, as `prefix /api`."""
    match = dig(route, "match")
    for field, kind in (("path", "exact"), ("prefix", "prefix"), ("path_separated_prefix", "prefix")):
        if isinstance(found := dig(match, field), str):
            return f"{kind} {found}"
    regex = dig(match, "safe_regex", "regex")
    return f"regex {regex}" if isinstance(regex, str) else None


_URI = Aspect(
    "match.path",
    uri_of,
    tuple(("match", name) for name in ("path", "prefix", "path_separated_prefix", "safe_regex")),
)
_CASE = Aspect(
    "match.case_sensitive",
    lambda route: dig(route, "match", "case_sensitive") in (False, {"value": False}),
    (("match", "case_sensitive"),),
)


def _said(entry: Fields) -> str:
    said = matcher(entry.get("string_match")) or _older(entry) or _PRESENT
    absent = entry.get("present_match") is False
    return f"not {said}" if (entry.get("invert_match") is True) != absent else said


def _older(entry: Fields) -> str | None:
    """Header matchers as Istio wrote them before there was `string_match`."""
    for kind in ("exact", "prefix", "suffix", "contains"):
        if isinstance(found := entry.get(f"{kind}_match"), str):
            return f"{kind} {found}"
    regex = dig(entry, "safe_regex_match", "regex")
    return f"regex {regex}" if isinstance(regex, str) else None


def _entries(route: Any, field: str) -> list[tuple[int, Fields]]:
    return list(numbered(dig(route, "match", field)))


def _header(name: str, inverted: bool) -> Aspect:
    def read(route: Any) -> str | None:
        said = [_said(e) for _, e in _entries(route, "headers") if str(e.get("name", "")).lower() == name]
        return next((s for s in said if s.startswith("not ") == inverted), said[0] if said else None)

    return Aspect(f"match.headers[{name}]", read, (("match", "headers"),))


def _other_headers(known: frozenset[str]) -> Aspect:
    def read(route: Any) -> tuple[str, ...]:
        return tuple(
            sorted(n for _, e in _entries(route, "headers") if (n := str(e.get("name", ""))).lower() not in known)
        )

    return Aspect("match.headers", read, (("match", "headers"),))


def _param(name: str) -> Aspect:
    def read(route: Any) -> str | None:
        return next((_said(e) for _, e in _entries(route, "query_parameters") if e.get("name") == name), None)

    return Aspect(f"match.query_parameters[{name}]", read, (("match", "query_parameters"),))


def _other_params(known: frozenset[str]) -> Aspect:
    def read(route: Any) -> tuple[str, ...]:
        return tuple(
            sorted(n for _, e in _entries(route, "query_parameters") if (n := str(e.get("name"))) not in known)
        )

    return Aspect("match.query_parameters", read, (("match", "query_parameters"),))
