"""An EnvoyFilter: the frame of its patches; of their values, which are Envoy's own, see `envoyvalues.py`."""

from collections.abc import Iterator

from meshctl.graph.fields import Fields, listed, mapping, text
from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.validation.envoyvalues import patch_value
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.labels import chosen
from meshctl.graph.validation.regexes import LONGEST, regex_error
from meshctl.model.paths import Path

_OBJECTS = ("listener", "routeConfiguration", "cluster")
_NEEDED = {
    **dict.fromkeys(("LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER"), "listener"),
    **dict.fromkeys(("ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"), "routeConfiguration"),
    "CLUSTER": "cluster",
}
_MANAGER = "envoy.filters.network.http_connection_manager"
_RENAMED = {
    "envoy.http_connection_manager": _MANAGER,
    "envoy.tcp_proxy": "envoy.filters.network.tcp_proxy",
    "envoy.mongo_proxy": "envoy.filters.network.mongo_proxy",
    "envoy.redis_proxy": "envoy.filters.network.redis_proxy",
    "envoy.ratelimit": "envoy.filters.network.ratelimit",
    "envoy.router": "envoy.filters.http.router",
    "envoy.cors": "envoy.filters.http.cors",
    "envoy.fault": "envoy.filters.http.fault",
    "envoy.lua": "envoy.filters.http.lua",
    "envoy.rate_limit": "envoy.filters.http.ratelimit",
    "envoy.ext_authz": "envoy.filters.http.ext_authz",
    "envoy.buffer": "envoy.filters.http.buffer",
    "envoy.grpc_web": "envoy.filters.http.grpc_web",
}


def envoy_filter(view: EnvoyFilter) -> Iterator[Fault]:
    """What Istio refuses in an EnvoyFilter."""
    faults = tuple(chosen(view.spec, ("spec",), "workloadSelector", "labels"))
    yield from faults
    if faults:
        return
    for i, change in enumerate(listed(view.spec.get("configPatches"))):
        path: Path = ("spec", "configPatches", i)
        if not isinstance(change, dict):
            yield Fault(path, "The patch is null.", "Remove the item.")
        elif mapping(change.get("match")).get("context") != "WAYPOINT":
            yield from _change(change, path)


def _change(change: Fields, path: Path) -> Iterator[Fault]:
    to = text(change.get("applyTo"))
    if to in ("", "INVALID"):
        yield Fault((*path, "applyTo"), "It is not said what the patch changes.", "Add applyTo, as HTTP_FILTER.")
    patch = change.get("patch")
    if not isinstance(patch, dict):
        yield Fault((*path, "patch"), "There is no patch, so nothing is changed.", "Add `patch: {operation: ...}`.")
    else:
        operation = text(patch.get("operation"))
        if operation in ("", "INVALID"):
            yield Fault((*path, "patch", "operation"), "The patch has no operation.", "Add one, as MERGE.")
        elif operation != "REMOVE" and patch.get("value") is None:
            yield Fault((*path, "patch", "value"), f"There is no value to {operation}.", "Add the value.")
        yield from patch_value(to, patch, (*path, "patch", "value"))
    match = mapping(change.get("match"))
    version = text(mapping(match.get("proxy")).get("proxyVersion"))
    if version:
        yield from _version(version, (*path, "match", "proxy", "proxyVersion"))
    given = [name for name in _OBJECTS if match.get(name) is not None]
    needed = _NEEDED.get(to)
    if needed and given and needed not in given:
        yield Fault(
            (*path, "match", given[0]),
            f"A patch of a {to} is matched by {needed}, not by {given[0]}: istiod refuses it.",
            f"Match by {needed}, or correct applyTo.",
        )
        return
    chain = mapping(mapping(match.get("listener")).get("filterChain"))
    if isinstance(chain.get("filter"), dict) and needed == "listener":
        yield from _filter(chain["filter"], (*path, "match", "listener", "filterChain", "filter"), to)


def _version(pattern: str, path: Path) -> Iterator[Fault]:
    if why := regex_error(pattern):
        yield Fault(path, f"{pattern!r} is no regular expression: {why}.", "Write it in RE2 syntax.")
    elif len(pattern) > LONGEST:
        yield Fault(path, f"The pattern has {len(pattern)} characters.", f"Use {LONGEST} at most.", warning=True)


def _filter(match: Fields, path: Path, to: str) -> Iterator[Fault]:
    name = text(match.get("name"))
    if not name:
        yield Fault((*path, "name"), "The filter to match has no name.", "Add it.")
    elif to in ("LISTENER", "FILTER_CHAIN"):
        yield Fault(path, f"A patch of a {to} does not look at filters.", "Remove the filter.", warning=True)
    yield from _renamed(name, (*path, "name"))
    sub = match.get("subFilter")
    if not isinstance(sub, dict):
        return
    place = (*path, "subFilter")
    if to != "HTTP_FILTER":
        yield Fault(place, f"subFilter is for HTTP_FILTER, not for {to or 'this'}.", "Remove it.")
    elif name not in (_MANAGER, "envoy.http_connection_manager"):
        yield Fault(place, f"Only {_MANAGER} has filters in itself, not {name}.", f"Match {_MANAGER}.")
    if not sub.get("name"):
        yield Fault((*place, "name"), "The filter to match has no name.", "Add it.")
    yield from _renamed(text(sub.get("name")), (*place, "name"))


def _renamed(name: str, path: Path) -> Iterator[Fault]:
    if name in _RENAMED:
        new = _RENAMED[name]
        yield Fault(path, f"{name} is the old name of the filter {new}.", f"Write {new}.", warning=True)
