"""Where a route of a VirtualService sends requests and copies of them: clusters, weights, hash policies."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.hashing import hash_policy, spoken
from meshctl.proxy.drift.routeaction import wants_of_headers
from meshctl.proxy.drift.values import dig, fraction, number, percent
from meshctl.proxy.drift.wants import Aspect, Want, want

PortOf = Callable[[str], int | None]
"""The port of a destination, by its host, where the route does not say one; None where the input does not tell."""

_WEIGHTED: Path = ("route", "weighted_clusters")
_PARTS = {"host": 3, "subset": 2, "port": 1}


class Target(Struct, frozen=True):
    """A destination: the path of what names it (`destination`), and the parts of its cluster's name."""

    path: Path
    host: str
    subset: str
    port: int | None
    stated_port: bool
    fields: Fields


def target(viewer: Viewer, source: VirtualService, path: Path, fields: Fields, port_of: PortOf) -> Target:
    """The destination that the mapping at `path` names."""
    host = viewer.fqdn(text(fields.get("host")), source.namespace)
    stated = integer(mapping(fields.get("port")).get("number"))
    return Target(path, host, text(fields.get("subset")), stated or port_of(host), stated is not None, fields)


def wants_of_targets(
    viewer: Viewer, source: VirtualService, path: Path, rule: Fields, port_of: PortOf
) -> Iterator[Want]:
    """What the rule at this path wants of the clusters of its routes."""
    if rule.get("redirect") or rule.get("directResponse"):
        return
    entries = list(numbered(rule.get("route")))
    if len(entries) > 1:
        entries = [(i, e) for i, e in entries if integer(e.get("weight")) != 0]
    if not entries:
        return
    targets = [
        target(viewer, source, (*path, "route", i, "destination"), mapping(e.get("destination")), port_of)
        for i, e in entries
    ]
    yield want(source, (*path, "route"), _COUNT, len(targets))
    for k, (found, (i, entry)) in enumerate(zip(targets, entries, strict=True)):
        yield from _cluster(source, found, k, _route_cluster(k))
        several = len(entries) > 1
        if several and "weight" in entry:
            yield want(source, (*path, "route", i, "weight"), _weight(k), number(entry["weight"]), rest=True)
        if several or entry.get("headers"):
            at = str(k) if several else ""
            if several or not rule.get("headers"):
                yield from wants_of_headers(source, (*path, "route", i, "headers"), mapping(entry.get("headers")), at)
    yield from _hashing(viewer, targets)
    yield from _mirrors(viewer, source, path, rule, port_of)


def _clusters(route: Any) -> list[str]:
    if isinstance(one := dig(route, "route", "cluster"), str):
        return [one]
    return [text(c.get("name")) for _, c in numbered(dig(route, *_WEIGHTED, "clusters"))]


_COUNT = Aspect("route.weighted_clusters", lambda route: len(_clusters(route)), (("route", "cluster"), _WEIGHTED))


def _route_cluster(k: int) -> tuple[Callable[[Any], str | None], tuple[Path, ...], str]:
    def read(route: Any) -> str | None:
        found = _clusters(route)
        return found[k] if k < len(found) else None

    # What requests are hashed by follows from the destination.
    return read, (("route", "cluster"), (*_WEIGHTED, "clusters", k, "name"), ("route", "hash_policy")), "route.cluster"


def _cluster(
    source: VirtualService, found: Target, k: int, at: tuple[Callable[[Any], str | None], tuple[Path, ...], str]
) -> Iterator[Want]:
    """One want for each part of the cluster's name, so that the field that differs is the one that is shown."""
    read, covers, shown = at

    def part(name: str) -> Aspect:
        return Aspect(shown, lambda obj: _part(read(obj), name), covers)

    yield want(source, (*found.path, "host"), part("host"), found.host, rest=True)
    subset = (*found.path, "subset") if found.subset else found.path
    yield want(source, subset, part("subset"), found.subset or None, rest=True)
    port = (*found.path, "port", "number") if found.stated_port else found.path
    if found.port is None:
        return
    yield want(source, port, part("port"), found.port, rest=True)


def _part(name: object, part: str) -> Any:
    """Host, subset or port in `outbound|80|v1|web.shop.svc.cluster.local`; the whole of another name is a host."""
    parts = text(name).split("|")
    if len(parts) != 4:
        return name if part == "host" else None
    return number(parts[1]) if part == "port" else parts[_PARTS[part]] or None


def _weight(k: int) -> Aspect:
    place: Path = (*_WEIGHTED, "clusters", k, "weight")
    return Aspect(f"route.weighted_clusters.clusters[{k}].weight", lambda route: number(dig(route, *place)), (place,))


def _hashing(viewer: Viewer, targets: list[Target]) -> Iterator[Want]:
    """The hash policies of all destinations stand in the route, one after the other."""
    found = [h for t in targets if (h := hash_policy(viewer, t.host, t.subset, t.port or 0))]
    for k, each in enumerate(found):
        yield want(each.source, each.path, _hash(k), each.said, rest=True)


def _hash(k: int) -> Aspect:
    place: Path = ("route", "hash_policy", k)
    return Aspect(f"route.hash_policy[{k}]", lambda route: spoken(dig(route, *place)), (place,))


def _mirrors(viewer: Viewer, source: VirtualService, path: Path, rule: Fields, port_of: PortOf) -> Iterator[Want]:
    wanted: list[tuple[Target, Path, Any]] = []
    if mirror := mapping(rule.get("mirror")):
        share_path, share = (*path, "mirrorPercentage", "value"), mapping(rule.get("mirrorPercentage")).get("value")
        if share is None and rule.get("mirrorPercent") is not None:
            share_path, share = (*path, "mirrorPercent"), rule["mirrorPercent"]
        elif rule.get("mirrorPercentage") is None:
            share = 100
        wanted.append((target(viewer, source, (*path, "mirror"), mirror, port_of), share_path, share or 0))
    for i, entry in numbered(rule.get("mirrors")):
        place = (*path, "mirrors", i)
        to = target(viewer, source, (*place, "destination"), mapping(entry.get("destination")), port_of)
        share = mapping(entry.get("percentage")).get("value", 0) if entry.get("percentage") is not None else 100
        wanted.append((to, (*place, "percentage", "value"), share))
    wanted = [each for each in wanted if percent(each[2]) != "0%"]
    where = (*path, "mirror") if rule.get("mirror") or not rule.get("mirrors") else (*path, "mirrors")
    yield want(source, where, _MIRRORS, len(wanted))
    for k, (to, share_path, share) in enumerate(wanted):
        place = ("route", "request_mirror_policies", k)
        yield from _cluster(
            source, to, k, (_reader((*place, "cluster")), ((*place, "cluster"),), "route.request_mirror_policies")
        )
        yield want(source, share_path, _mirror_share((*place, "runtime_fraction")), percent(share), rest=True)


def _reader(place: Path) -> Callable[[Any], str | None]:
    return lambda route: dig(route, *place)


def _mirror_share(place: Path) -> Aspect:
    def read(route: Any) -> str | None:
        found = dig(route, *place)
        return "100%" if found is None else fraction(dig(found, "default_value"))

    return Aspect("route.request_mirror_policies.runtime_fraction", read, (place,))


_MIRRORS = Aspect(
    "route.request_mirror_policies",
    lambda route: len(list(numbered(dig(route, "route", "request_mirror_policies")))),
    (("route", "request_mirror_policies"),),
)
