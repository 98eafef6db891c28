"""One route configuration, three ways: which virtual hosts it has, and whose routes are in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.graph.fields import Fields
from meshctl.graph.kinds.networking import MESH, Gateway, VirtualService
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.boundservices import is_untold
from meshctl.graph.viewpoint.provided import ProvidedPort
from meshctl.graph.viewpoint.scope import scope
from meshctl.graph.viewpoint.servings import servings
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.difference import Difference, Hop
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.desired import Desired, PlannedHosts, bound_elsewhere
from meshctl.proxy.drift.judge import judged, lost, structural
from meshctl.proxy.drift.outbound import wants_of_routes
from meshctl.proxy.drift.routes import PlannedHost, config_differences, host_differences, sources, virtual_hosts
from meshctl.proxy.drift.sound import Sound, asked_by
from meshctl.proxy.drift.stale import APPLIED, NOT_APPLIED, gone
from meshctl.proxy.drift.virtualservice import plan
from meshctl.proxy.drift.wants import Want

_NONE = PlannedHosts(())


def config_verdict(
    desired: Desired,
    sound: Sound,
    name: str,
    sent: Any,
    running: Any,
    hosts: frozenset[str],
    seen: frozenset[str] | None,
) -> Iterator[Difference]:
    """What differs in a route configuration; nothing is said of `hosts`, which are settled.

    `seen` are the hosts of all virtual hosts that are sent, None where that is not known.
    """
    known, shown = sent is not None, f"route {name}"
    planned = desired.virtual_hosts.get(name, {})
    theirs, mine = virtual_hosts(sent), virtual_hosts(running)
    clean = frozenset(h for h in mine if _is_sound(sound, (name, h), theirs.get(h) if known else None, mine[h], known))
    settled: set[str] = set()
    if desired.viewer.is_sidecar and {"allow_any", "block_all"} & mine.keys():
        for found, _ in judged(wants_of_routes(desired.viewer), sent, running, known, shown):
            settled |= {"allow_any", "block_all"}
            yield found
        yield from _protocols(desired, name, theirs if known else None, mine, hosts, settled, clean)
    left = {host: plans for host, plans in planned.items() if host not in clean}
    others, ours = ({h: v for h, v in side.items() if h not in clean} for side in (theirs, mine))
    yield from _there(desired, name, left, others if known else None, ours, hosts, settled, seen)
    for host in dict.fromkeys((*others, *ours)):
        if host in settled or host.rpartition(":")[0] in hosts:
            continue
        if known and (host in theirs) != (host in mine):
            there = "there" if host in theirs else None
            yield structural(None, (), there, "there" if host in mine else None, f"{shown}/{host}")
        elif host in mine:
            plan = planned.get(host) or _found(desired, name, mine[host], theirs.get(host), host)
            differing = False
            for found in host_differences(
                plan.hosts, plan.wants, theirs.get(host), mine[host], known, f"{shown}/{host}"
            ):
                differing = True
                yield found
            if not differing:
                good = theirs[host] if known else mine[host]
                sound.note_host((name, host), good, asked_by(plan.wants), asked_by(_asked(plan)))
    if known:
        yield from config_differences(sent, running, shown)


def _is_sound(sound: Sound, key: tuple[str, str], sent: Fields | None, running: Fields, known: bool) -> bool:
    """Whether a virtual host is like one that was found to be as it should, in all that is asked of it."""
    return sound.like_host(key, running) if not known else sent == running and sound.like_host(key, running)


def _asked(plan: PlannedHosts) -> Iterator[Want]:
    """What is wanted of any route of a virtual host."""
    return (each for host in plan.hosts for route in host.routes or () for each in route.wants)


def _found(desired: Desired, config: str, running: Fields, sent: Fields | None, host: str) -> PlannedHosts:
    """Plans for a virtual host that only its routes tell of: the input has its VirtualService, but not its Service."""
    viewer = desired.viewer
    name, _, port = host.rpartition(":")
    plans = []
    for shown in sorted(sources(running) | sources(sent)) if viewer.is_sidecar and port.isdecimal() else ():
        source = viewer.mesh.get(VirtualService, shown.namespace, shown.name)
        if source is None or is_untold(viewer, source) or bound_elsewhere(source, desired):
            continue
        for i, written in source.hosts:
            if viewer.fqdn(written, source.namespace) == name and config in (port, host):
                routes = plan(viewer, source, MESH, int(port), lambda _: int(port))
                plans.append(PlannedHost(source, ("spec", "hosts", i), routes or None))
    return PlannedHosts(tuple(plans))


def _there(
    desired: Desired,
    name: str,
    planned: Mapping[str, PlannedHosts],
    theirs: Mapping[str, Fields] | None,
    mine: Mapping[str, Fields],
    hosts: frozenset[str],
    settled: set[str],
    seen: frozenset[str] | None,
) -> Iterator[Difference]:
    """VirtualServices that have no routes where they should, or have some where they should not."""
    missing = [
        (host, each)
        for host, plans in planned.items()
        for each in plans.hosts
        if host.rpartition(":")[0] not in hosts and each.routes is not None
    ]
    lacking: set[ResourceId] = set()
    for host, each in missing:
        if hop := _first(theirs, mine, lambda side, h=host, p=each: not _has(side.get(h), p)):
            settled.add(host)
            lacking.add(each.source.id)
            here = theirs if hop is Hop.CONTROL_PLANE and theirs is not None else mine
            found = NOT_APPLIED if here.get(host) else None
            yield lost(each.source.id, each.path, "virtual_hosts", APPLIED, found, hop, f"route {name}/{host}")
    for host in dict.fromkeys((*(theirs or ()), *mine)):
        wanted = {p.source.id[1:] for p in planned.get(host, _NONE).hosts}
        for source in sorted(sources((theirs or {}).get(host)) | sources(mine.get(host))):
            if source[1:] in wanted or host.rpartition(":")[0] in hosts:
                continue
            place = _why(desired, source, host, seen)
            hop = _first(theirs, mine, lambda side, h=host, s=source: s in sources(side.get(h)))
            if place and hop:
                settled.add(host)
                if place[0] not in lacking:
                    yield lost(*place, "virtual_hosts", None, APPLIED, hop, f"route {name}/{host}")


def _first(theirs: Mapping[str, Fields] | None, mine: Mapping[str, Fields], wrong: Any) -> Hop | None:
    """The hop after which something is wrong for the first time."""
    if theirs is not None and wrong(theirs):
        return Hop.CONTROL_PLANE
    return (Hop.UNKNOWN if theirs is None else Hop.DELIVERY) if wrong(mine) else None


def _has(host: Fields | None, plan: PlannedHost) -> bool:
    """Whether a virtual host has routes of a VirtualService; it may where none of its routes says what it is from."""
    if host is None:
        return False
    found = sources(host)
    return any(s[1:] == plan.source.id[1:] for s in found) or (not found and not _generated(host))


def _generated(host: Fields) -> bool:
    routes = host.get("routes")
    return not isinstance(routes, list) or all(r.get("name") == "default" for r in routes if isinstance(r, dict))


def _why(desired: Desired, shown: ResourceId, host: str, seen: frozenset[str] | None) -> tuple[ResourceId, Path] | None:
    """The field that says that a VirtualService should not have this host here; None where it may well have it."""
    viewer = desired.viewer
    source = viewer.mesh.get(VirtualService, shown.namespace, shown.name)
    if source is None:
        return (shown, ("metadata", "name")) if gone(viewer.mesh, shown, VirtualService) else None
    name, _, port = host.rpartition(":")
    full = {i: viewer.fqdn(h, source.namespace) for i, h in source.hosts}
    if not full or any("*" in h for h in full.values()):
        return None
    if name not in full.values():
        # A host that shows nowhere is the one that was given another name.
        fresh = [i for i, h in full.items() if seen is not None and h not in seen] or list(full)
        return source.id, ("spec", "hosts", fresh[0]) if len(fresh) == 1 else ("spec", "hosts")
    if bound_elsewhere(source, desired):
        return _unbound(viewer, source)
    for serving in servings(viewer):
        if (serving.gateway.namespace, serving.gateway.name) in source.gateway_references:
            path = serving.server.path
            if str(serving.port) != port:
                return serving.gateway.id, (*path, "port", "number")
            return serving.gateway.id, (*path, "hosts") if serving.is_http else (*path, "port", "protocol")
    return None


def _unbound(viewer: Viewer, source: VirtualService) -> tuple[ResourceId, Path] | None:
    """The field that keeps a VirtualService from these proxies: its own, or the selector of its Gateway."""
    if not viewer.may_see(source.export_to):
        return source.id, ("spec", "exportTo")
    bound = [viewer.mesh.get(Gateway, namespace, name) for namespace, name in source.gateway_references]
    if not viewer.is_sidecar and len(bound) == 1 and bound[0] is not None:
        selects = matches(bound[0].selector, viewer.labels)
        return None if selects else (bound[0].id, ("spec", "selector"))
    return source.id, ("spec", "gateways") if "gateways" in source.spec else ("spec", "hosts")


def _protocols(
    desired: Desired,
    name: str,
    theirs: Mapping[str, Fields] | None,
    mine: Mapping[str, Fields],
    hosts: frozenset[str],
    settled: set[str],
    clean: frozenset[str],
) -> Iterator[Difference]:
    """Ports that are to be HTTP have a virtual host, others have none."""
    if not name.isdecimal():
        return
    number = int(name)
    for host, provider in scope(desired.viewer).hosts.items():
        full = f"{host}:{name}"
        if full in clean:
            continue
        port = next((p for p in provider.ports if p.number == number), None)
        if port is None or port.is_http is None or host in hosts:
            continue
        if hop := _first(theirs, mine, lambda side, h=full, p=port: (h in side) != _served(p)):
            settled.add(full)
            wanted, found = ("HTTP", "not HTTP") if port.is_http else (port.protocol.upper(), "HTTP")
            yield lost(provider.source.id, port.said, "virtual_hosts", wanted, found, hop, f"route {name}/{full}")


def _served(port: ProvidedPort) -> bool:
    return port.is_http is True
