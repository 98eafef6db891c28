"""The http routes of a VirtualService."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, listed, mapping, numbered
from meshctl.graph.validation.destinations import destination, targets
from meshctl.graph.validation.durations import duration
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.headers import operations
from meshctl.graph.validation.httpactions import direct_response, redirect, rewrite
from meshctl.graph.validation.httpmatch import claims_in_mesh, http_match
from meshctl.graph.validation.httpresilience import cors, injection, retries
from meshctl.graph.validation.ranges import percent
from meshctl.model.paths import Path

_PARTS = (("retries", retries), ("fault", injection), ("corsPolicy", cors))


def http_routes(value: Any, path: Path, *, in_mesh: bool, is_delegate: bool) -> Iterator[Fault]:
    """Routes of requests. `in_mesh`: sidecars use them; `is_delegate`: other VirtualServices do."""
    for i, route in enumerate(listed(value)):
        place = (*path, i)
        if not isinstance(route, dict):
            if route is None:
                yield Fault(place, "The route is null.", "Remove the item.")
            continue
        yield from _conflicts(route, place, is_delegate)
        for j, match in enumerate(listed(route.get("match"))):
            if isinstance(match, dict):
                yield from http_match(match, (*place, "match", j))
                if in_mesh and ("headers" in match or "withoutHeaders" in match):
                    yield from claims_in_mesh(match, (*place, "match", j))
            elif match is None:
                yield Fault((*place, "match", j), "The match is null.", "Remove the item.")
        if "route" in route:
            yield from targets(route["route"], (*place, "route"))
            for j, target in enumerate(listed(route["route"])):
                if isinstance(target, dict) and "headers" in target:
                    yield from operations(target["headers"], (*place, "route", j, "headers"))
        for field, rule in _PARTS:
            if isinstance(route.get(field), dict):
                yield from rule(route[field], (*place, field))
        if "timeout" in route:
            yield from duration(route["timeout"], (*place, "timeout"))
        if "headers" in route or "rewrite" in route:
            yield from operations(route.get("headers"), (*place, "headers"))
            yield from rewrite(route, place)
        if isinstance(route.get("redirect"), dict):
            yield from redirect(route["redirect"], (*place, "redirect"), _prefixes_only(route))
        if isinstance(route.get("directResponse"), dict):
            yield from direct_response(route["directResponse"], (*place, "directResponse"))
        yield from _mirrors(route, place)


def _conflicts(route: Fields, path: Path, is_delegate: bool) -> Iterator[Fault]:
    """Fields that exclude each other, or of which one is needed."""
    if route.get("delegate"):
        for field in ("route", "redirect"):
            if route.get(field):
                yield Fault(
                    (*path, field),
                    f"The route leaves the decision to a delegate and has a {field} as well.",
                    f"Remove {field}, or the delegate.",
                )
        if is_delegate:
            yield Fault(
                (*path, "delegate"),
                "A VirtualService without hosts is a delegate itself, and delegates cannot delegate further.",
                "Put the routes here.",
            )
        return
    for field, others in (
        ("redirect", ("route", "fault", "rewrite", "directResponse")),
        ("directResponse", ("route", "fault", "rewrite")),
    ):
        if route.get(field) is not None:
            for other in others:
                if route.get(other):
                    yield Fault(
                        (*path, other),
                        f"The route has both {field} and {other}, which exclude each other.",
                        "Keep one of the two.",
                    )
            return
    if not route.get("route"):
        yield Fault(
            (*path, "route"),
            "The route says not what to do with requests: it has no route, redirect or directResponse.",
            "Add `route` with a destination.",
        )


def _mirrors(route: Fields, path: Path) -> Iterator[Fault]:
    if isinstance(route.get("mirror"), dict):
        yield from destination(route["mirror"], (*path, "mirror"))
        if route.get("mirrors"):
            yield Fault((*path, "mirrors"), "The route has both mirror and mirrors.", "Keep mirrors alone.")
    for i, mirror in numbered(route.get("mirrors")):
        yield from destination(mirror.get("destination"), (*path, "mirrors", i, "destination"))
        share = mapping(mirror.get("percentage")).get("value")
        yield from percent(share, (*path, "mirrors", i, "percentage", "value"))
    if "mirrorPercentage" in route:
        share = mapping(route["mirrorPercentage"]).get("value")
        yield from percent(share, (*path, "mirrorPercentage", "value"))
    for field in ("mirrorPercent", "mirror_percent"):
        if route.get(field) is not None:
            yield Fault(
                (*path, field),
                f"{field} is deprecated.",
                "Write `mirrorPercentage: {value: ...}`.",
                warning=True,
            )
            yield from percent(route[field], (*path, field))


def _prefixes_only(route: Fields) -> bool:
    matches = listed(route.get("match"))
    return bool(matches) and all(mapping(mapping(match).get("uri")).get("prefix") for match in matches)
