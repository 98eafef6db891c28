"""`tls` and `tcp` routes of VirtualServices: filter chains of outbound listeners."""

from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.graph.fields import Fields, integer, mapping, numbered, text, texts
from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.boundservices import mesh_services
from meshctl.graph.viewpoint.scope import scope
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig, number
from meshctl.proxy.drift.wants import Aspect, Want, want

_PROXY = "envoy.filters.network.tcp_proxy"
Chosen = frozenset[str]


def wants_of_l4_routes(viewer: Viewer, listener: str) -> Iterator[Want]:
    """What `tls` and `tcp` routes want of an outbound listener: where connections lead.

    Routes by SNI stand in the listener for all addresses at a port. Those of `tcp` are told where a Service has a
    listener of its own and one VirtualService is for it.
    """
    address, _, written = listener.rpartition("_")
    if not written.isdecimal():
        return
    port = int(written)
    if address not in ("0.0.0.0", "[::]", "::"):
        yield from _of_address(viewer, address, port)
        return
    for source in mesh_services(viewer):
        for i, route in numbered(source.spec.get("tls")):
            for _, match in numbered(route.get("match")):
                if match.get("sniHosts") and integer(match.get("port")) == port and _applies(viewer, match):
                    names = frozenset(texts(match.get("sniHosts")))
                    yield from _targets(viewer, source, ("spec", "tls", i), route, port, names)


def _of_address(viewer: Viewer, address: str, port: int) -> Iterator[Want]:
    host = _hosts(viewer).get((address, port))
    if host is None:
        return
    sources = [s for s in mesh_services(viewer) if any(overlap(viewer.fqdn(h, s.namespace), host) for _, h in s.hosts)]
    if len(sources) != 1 or sources[0].spec.get("tls"):
        return
    for i, route in numbered(sources[0].spec.get("tcp")):
        asked = [match for _, match in numbered(route.get("match"))]
        if any(match.get("destinationSubnets") for match in asked):
            return
        fitting = [m for m in asked if integer(m.get("port")) in (None, 0, port) and _applies(viewer, m)]
        if fitting or not asked:
            yield from _targets(viewer, sources[0], ("spec", "tcp", i), route, port, frozenset())
            return


def _hosts(viewer: Viewer) -> Mapping[tuple[str, int], str]:
    """Hosts of Services by address and port, of ports that are said to be TCP."""
    if "addresses" not in viewer.cache:
        viewer.cache["addresses"] = {
            (text(provider.source.spec.get("clusterIP")), port.number): host
            for host, provider in scope(viewer).hosts.items()
            if isinstance(provider.source, Service)
            for port in provider.ports
            if port.protocol == "tcp"
        }
    found: Mapping[tuple[str, int], str] = viewer.cache["addresses"]
    return found


def _applies(viewer: Viewer, match: Fields) -> bool:
    gateways = texts(match.get("gateways"))
    return (
        not match.get("destinationSubnets")
        and (not gateways or "mesh" in gateways)
        and matches(dict(mapping(match.get("sourceLabels"))), viewer.labels)
        and match.get("sourceNamespace") in (None, "", viewer.namespace)
    )


def _targets(
    viewer: Viewer, source: VirtualService, path: Path, route: Fields, port: int, names: Chosen
) -> Iterator[Want]:
    entries = list(numbered(route.get("route")))
    if len(entries) > 1:
        entries = [(i, e) for i, e in entries if integer(e.get("weight")) != 0]
    shown = "filter_chains.tcp_proxy"
    covers: tuple[Path, ...] = (("filter_chains", "*", "filters"), ("filter_chains", "*", "filter_chain_match"))
    there = Aspect(shown, lambda listener: len(_clusters(listener, names)), covers)
    yield want(source, (*path, "route"), there, len(entries))
    for k, (i, entry) in enumerate(entries):
        to = mapping(entry.get("destination"))
        host = viewer.fqdn(text(to.get("host")), source.namespace)
        provider = scope(viewer).hosts.get(host)
        number_of = integer(mapping(to.get("port")).get("number")) or port
        if provider and number_of not in {p.number for p in provider.ports}:
            # Nobody says to which of its ports this leads.
            continue
        cluster = f"outbound|{number_of}|{text(to.get('subset'))}|{host}"
        place = (*path, "route", i)
        yield want(source, (*place, "destination"), _part(names, k, 0, covers), cluster, rest=True)
        if len(entries) > 1 and "weight" in entry:
            yield want(source, (*place, "weight"), _part(names, k, 1, covers), number(entry["weight"]), rest=True)


def _part(names: Chosen, k: int, part: int, covers: tuple[Path, ...]) -> Aspect:
    def read(listener: Any) -> Any:
        found = _clusters(listener, names)
        return found[k][part] if k < len(found) else None

    return Aspect(
        "filter_chains.tcp_proxy.weighted_clusters" if part else "filter_chains.tcp_proxy.cluster", read, covers
    )


def _clusters(listener: Any, names: Chosen) -> list[tuple[str, Any]]:
    """Clusters with weights of the chain for these names; none where there is no such chain."""
    for _, chain in numbered(mapping(listener).get("filter_chains")):
        if frozenset(texts(dig(chain, "filter_chain_match", "server_names"))) == names:
            for _, found in numbered(chain.get("filters")):
                if found.get("name") == _PROXY:
                    return _of_proxy(mapping(found.get("typed_config")))
    return []


def _of_proxy(config: Fields) -> list[tuple[str, Any]]:
    if isinstance(one := config.get("cluster"), str):
        return [(one, None)]
    weighted = numbered(dig(config, "weighted_clusters", "clusters"))
    return [(text(c.get("name")), number(c.get("weight"))) for _, c in weighted]
