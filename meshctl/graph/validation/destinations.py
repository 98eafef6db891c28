"""Destinations of routes and mirrors, and the weights between them."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import listed
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.hosts import wildcard_domain
from meshctl.graph.validation.names import is_label, is_wildcard_domain
from meshctl.graph.validation.ranges import at_least, needed_port
from meshctl.model.paths import Path


def destination(value: Any, path: Path) -> Iterator[Fault]:
    """A host with perhaps a subset and a port."""
    if not isinstance(value, dict):
        if value is None:
            yield Fault(
                path, "No destination is named, so there is nowhere to send to.", "Add `destination: {host: ...}`."
            )
        return
    host = value.get("host")
    if host == "*":
        yield Fault((*path, "host"), "The destination '*' is every host and none.", "Name the host to send to.")
    elif not host:
        yield Fault((*path, "host"), "The destination has no host.", "Name the host to send to.")
    elif isinstance(host, str) and not is_wildcard_domain(host):
        yield from wildcard_domain(host, (*path, "host"))
    if "subset" in value:
        yield from subset_name(value["subset"], (*path, "subset"))
    if isinstance(to := value.get("port"), dict):
        number = to.get("number")
        if not (isinstance(number, int) and 0 < number < 65536):
            yield from needed_port(number, (*path, "port", "number"))


def subset_name(value: Any, path: Path) -> Iterator[Fault]:
    """The name of a subset, a DNS label."""
    if isinstance(value, str) and value and not is_label(value):
        yield Fault(path, f"{value!r} is no name of a subset.", "Use up to 63 letters, digits and inner dashes.")


def targets(value: Any, path: Path) -> Iterator[Fault]:
    """The destinations of one route; not all of several may have the weight 0."""
    routes = listed(value)
    total: int | float = 0
    for i, target in enumerate(routes):
        if not isinstance(target, dict):
            if target is None:
                yield Fault((*path, i), "The destination is null.", "Remove the item.")
            continue
        yield from destination(target.get("destination"), (*path, i, "destination"))
        weight = target.get("weight")
        if isinstance(weight, int | float):
            total += weight
            if weight < 0:
                yield from at_least(weight, (*path, i, "weight"))
    if len(routes) > 1 and total == 0:
        yield Fault(
            path,
            "Several destinations have together the weight 0, so it is open where requests go.",
            "Give them weights, as 90 and 10.",
        )
