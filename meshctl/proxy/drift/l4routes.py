"""`tls` routes of VirtualServices: filter chains of outbound listeners."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, integer, mapping, numbered, text, texts
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.selectors import matches
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig, number
from meshctl.proxy.drift.viewer import Viewer
from meshctl.proxy.drift.virtualservice import mesh_services
from meshctl.proxy.drift.wants import Aspect, Want, want

_PROXY = "envoy.filters.network.tcp_proxy"
Chosen = frozenset[str]


def wants_of_l4_routes(viewer: Viewer, listener: str) -> Iterator[Want]:
    """What `tls` routes want of the outbound listener for all addresses at a port: where their SNI hosts lead.

    Chains of `tcp` routes have nothing in them that tells them from others: of those only what is sent is compared with
    what runs.
    """
    port = listener.rpartition("_")[2]
    if not listener.startswith(("0.0.0.0_", "[::]_", "::_")) or not port.isdecimal():
        return
    for source in mesh_services(viewer):
        for i, route in numbered(source.spec.get("tls")):
            for _, match in numbered(route.get("match")):
                if _applies(viewer, match, int(port)):
                    names = frozenset(texts(match.get("sniHosts")))
                    yield from _targets(viewer, source, ("spec", "tls", i), route, int(port), names)


def _applies(viewer: Viewer, match: Fields, port: int) -> bool:
    gateways = texts(match.get("gateways"))
    return (
        bool(match.get("sniHosts"))
        and integer(match.get("port")) == port
        and not match.get("destinationSubnets")
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
        number_of = integer(mapping(to.get("port")).get("number")) or port
        host = viewer.fqdn(text(to.get("host")), source.namespace)
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
