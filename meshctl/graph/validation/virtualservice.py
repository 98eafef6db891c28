"""A VirtualService as a whole."""

import re
from collections.abc import Iterator, Sequence

from meshctl.graph.fields import listed, mapping, numbered
from meshctl.graph.hostnames import HostTable
from meshctl.graph.kinds.networking import MESH, VirtualService
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.gatewaynames import gateway_names
from meshctl.graph.validation.hosts import export_to, wildcard_domain
from meshctl.graph.validation.httproutes import http_routes
from meshctl.graph.validation.l4routes import tcp_routes, tls_routes
from meshctl.graph.validation.names import is_ip, is_wildcard_domain

_BY_SNI = re.compile(r"outbound_\.\d+_\._\.(.+)\Z").match


def virtual_service(view: VirtualService) -> Iterator[Fault]:
    """What Istio refuses in a VirtualService."""
    spec = view.spec
    hosts = view.hosts
    in_mesh = not view.gateways or any(name == MESH for _, name in view.gateways)
    if not listed(spec.get("hosts")):
        for field in ("gateways", "tls", "tcp"):
            if spec.get(field):
                yield Fault(
                    ("spec", field),
                    f"Without hosts a VirtualService is a delegate, and a delegate cannot have {field}.",
                    f"Add hosts, or remove {field}.",
                )
    else:
        yield from _hosts(view, in_mesh)
    if "gateways" in spec:
        yield from gateway_names(spec["gateways"], ("spec", "gateways"))
    if not (spec.get("http") or spec.get("tcp") or spec.get("tls")):
        yield Fault(("spec", "http"), "There is no route, so nothing is routed.", "Add `http`, `tls` or `tcp` routes.")
    yield from http_routes(spec.get("http"), ("spec", "http"), in_mesh=in_mesh, is_delegate=not hosts)
    if "tls" in spec:
        yield from tls_routes(spec["tls"], ("spec", "tls"), tuple(host for _, host in hosts))
    if "tcp" in spec:
        yield from tcp_routes(spec["tcp"], ("spec", "tcp"))
    if "exportTo" in spec:
        yield from export_to(spec["exportTo"], ("spec", "exportTo"), view.namespace)


def _hosts(view: VirtualService, in_mesh: bool) -> Iterator[Fault]:
    valid = True
    by_sni = not in_mesh and any(
        match.get("sniHosts")
        for _, route in numbered(view.spec.get("tls"))
        for match in map(mapping, listed(route.get("match")))
    )
    for i, host in view.hosts:
        if host == "*" and in_mesh:
            valid = False
            yield Fault(
                ("spec", "hosts", i),
                "The host '*' would take all requests of all sidecars, which Istio does not allow.",
                "Name the hosts, or bind it to gateways alone.",
            )
        elif not (is_wildcard_domain(host) or is_ip(host)):
            inner = _BY_SNI(host) if by_sni else None
            if inner is None or not is_wildcard_domain(inner[1]):
                valid = False
                yield from wildcard_domain(host, ("spec", "hosts", i))
    if valid and len(view.hosts) > 1:
        yield from _overlaps(view.hosts)


def _overlaps(hosts: Sequence[tuple[int, str]]) -> Iterator[Fault]:
    table: HostTable[tuple[int, str]] = HostTable()
    for item in hosts:
        table.add(item[1], item)
    for i, host in hosts:
        earlier = min((item for item in table.overlapping(host) if item[0] < i), default=None)
        if earlier is not None:
            yield Fault(
                ("spec", "hosts", i),
                f"The hosts {earlier[1]} and {host} overlap, and a VirtualService may have each host once.",
                "Keep the wider of the two.",
            )
