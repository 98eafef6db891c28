"""The matches of an http route: which requests it is for."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import mapping
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.gatewaynames import gateway_names
from meshctl.graph.validation.headers import is_claim, matched_name
from meshctl.graph.validation.labels import label_set
from meshctl.graph.validation.names import is_label
from meshctl.graph.validation.ranges import port
from meshctl.graph.validation.regexes import string_match
from meshctl.model.paths import Path


def _match(match: Any, path: Path) -> Iterator[Fault]:
    for name, condition in mapping(match.get("headers")).items():
        place = (*path, "headers", name)
        yield from matched_name(name, place)
        if condition is None:
            yield Fault(place, f"The condition for the header {name} is null.", f"Write `{name}: {{}}` for any value.")
        yield from string_match(condition, place)
    for name, condition in mapping(match.get("withoutHeaders")).items():
        place = (*path, "withoutHeaders", name)
        yield from matched_name(name, place)
        if not (isinstance(condition, dict) and condition.get("regex") == "*"):
            yield from string_match(condition, place)
    for name, condition in mapping(match.get("queryParams")).items():
        yield from string_match(condition, (*path, "queryParams", name))
    for field in ("uri", "scheme", "method", "authority"):
        if field in match:
            yield from string_match(match[field], (*path, field), prefix=field != "uri")
    if match.get("port"):
        yield from port(match["port"], (*path, "port"))
    yield from label_set(match.get("sourceLabels"), (*path, "sourceLabels"))
    yield from gateway_names(match.get("gateways"), (*path, "gateways"))
    namespace = match.get("sourceNamespace")
    if isinstance(namespace, str) and namespace and not is_label(namespace):
        place = (*path, "sourceNamespace")
        yield Fault(place, f"{namespace!r} is no name of a namespace.", "Use letters, digits and inner dashes.")


http_match = remembering(_match)


def claims_in_mesh(match: Any, path: Path) -> Iterator[Fault]:
    """Claims of tokens, which sidecars do not route by."""
    for field in ("headers", "withoutHeaders"):
        for name in mapping(match.get(field)):
            if is_claim(name):
                yield Fault(
                    (*path, field, name),
                    f"{name} is a claim of a token, and routing by claims works in gateways only, not in sidecars.",
                    "Set `gateways` to those it is for, without `mesh`.",
                )
