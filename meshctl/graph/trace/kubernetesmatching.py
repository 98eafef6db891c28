"""Whether a match of an HTTPRoute or GRPCRoute takes a request, and how it ranks among those that do."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.fields import EMPTY, Fields, mapping, numbered, text
from meshctl.graph.kinds.gatewayroutes import GatewayRoute, RouteRule
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.matching import Misfit, regex_fits
from meshctl.model.paths import Path

_RANKS = {"Exact": 3, "PathPrefix": 2, "RegularExpression": 1}


class RuleMatch(NamedTuple):
    """A match of a rule; the rule itself where it has none, for then it takes everything."""

    route: GatewayRoute
    rule: RouteRule
    path: Path
    fields: Fields

    @property
    def rank(self) -> tuple[int, ...]:
        """Sorts what is more specific first, as the Gateway API has it."""
        how, value = self.asked_path
        found = (
            _RANKS.get(how, 0),
            len(value),
            bool(self.fields.get("method")),
            len(list(numbered(self.fields.get("headers")))),
            len(list(numbered(self.fields.get("queryParams")))),
        )
        return tuple(-part for part in found)

    @property
    def asked_path(self) -> tuple[str, str]:
        """How the path is compared and with what."""
        if self.route.id.kind == "GRPCRoute":
            method = mapping(self.fields.get("method"))
            service, name = text(method.get("service")), text(method.get("method"))
            how = text(method.get("type")) or "Exact"
            if how != "Exact":
                return "RegularExpression", f"/{service or '[^/]+'}/{name or '[^/]+'}"
            return ("Exact", f"/{service}/{name}") if service and name else ("PathPrefix", f"/{service}")
        path = mapping(self.fields.get("path"))
        return text(path.get("type")) or "PathPrefix", text(path.get("value")) or "/"


def matches_of(route: GatewayRoute, rule: RouteRule) -> Iterator[RuleMatch]:
    """The matches of a rule."""
    found = list(numbered(rule.fields.get("matches")))
    for i, fields in found:
        yield RuleMatch(route, rule, (*rule.path, "matches", i), fields)
    if not found:
        yield RuleMatch(route, rule, rule.path, EMPTY)


def misfits(match: RuleMatch, call: Call) -> Iterator[Misfit]:
    """The conditions that a request does not fulfil; none where it is taken."""
    how, value = match.asked_path
    if not _path_fits(how, value, call.path):
        field = "method" if match.route.id.kind == "GRPCRoute" else "path"
        shown = {"PathPrefix": f"{value} or below", "RegularExpression": f"like {value}"}.get(how, value)
        yield Misfit(f"its path is {call.path}, not {shown}", (field,))
    method = text(match.fields.get("method"))
    if method and method != call.method:
        yield Misfit(f"its method is {call.method}, not {method}", ("method",))
    for field, given, what in (("headers", call.headers, "header"), ("queryParams", call.query, "query parameter")):
        for i, condition in numbered(match.fields.get(field)):
            name, wanted = text(condition.get("name")), text(condition.get("value"))
            own = given.get(name.lower() if field == "headers" else name)
            if own is None:
                yield Misfit(f"it has no {what} {name}", (field, i))
            elif not (regex_fits(wanted, own) if condition.get("type") == "RegularExpression" else own == wanted):
                yield Misfit(f"its {what} {name} is {own!r}, not {wanted}", (field, i))


def _path_fits(how: str, value: str, path: str) -> bool:
    if how == "Exact":
        return path == value
    if how == "RegularExpression":
        return regex_fits(value, path)
    prefix = value.rstrip("/")
    return path == prefix or path.startswith(f"{prefix}/")
