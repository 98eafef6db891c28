"""The matches of routes of the Gateway API in a form in which equal ones are equal."""

from collections.abc import Hashable, Iterator

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.gatewayroutes import GatewayRoute, RouteRule
from meshctl.model.paths import Path

Match = Hashable

_ROOT = ("PathPrefix", "/")


def rule_matches(route: GatewayRoute, rule: RouteRule) -> Iterator[tuple[Path, Match]]:
    """Each match of a rule of an HTTPRoute or GRPCRoute with its path; a rule without matches takes every request."""
    one = _http if route.id.kind == "HTTPRoute" else _grpc
    found = False
    for i, match in numbered(rule.fields.get("matches")):
        found = True
        yield (*rule.path, "matches", i), one(match)
    if not found:
        yield rule.path, one({})


def takes_everything(route: GatewayRoute, match: Match) -> bool:
    """Whether a match takes every request."""
    return match == (_http({}) if route.id.kind == "HTTPRoute" else _grpc({}))


def _http(match: Fields) -> Match:
    path = mapping(match.get("path"))
    how, value = text(path.get("type")) or _ROOT[0], text(path.get("value")) or _ROOT[1]
    if how == "PathPrefix":
        value = value.rstrip("/") or "/"
    return (
        (how, value),
        text(match.get("method")),
        _texts(match, "headers", any_case=True),
        _texts(match, "queryParams"),
    )


def _grpc(match: Fields) -> Match:
    method = mapping(match.get("method"))
    service, name = text(method.get("service")), text(method.get("method"))
    how = (text(method.get("type")) or "Exact") if service or name else ""
    return how, service, name, _texts(match, "headers", any_case=True)


def _texts(match: Fields, field: str, *, any_case: bool = False) -> frozenset[tuple[str, str, str]]:
    """Conditions on headers or parameters: of several for one name only the first counts."""
    found: dict[str, tuple[str, str]] = {}
    for _, one in numbered(match.get(field)):
        name = text(one.get("name"))
        found.setdefault(name.lower() if any_case else name, (text(one.get("type")) or "Exact", text(one.get("value"))))
    return frozenset((name, *condition) for name, condition in found.items())
