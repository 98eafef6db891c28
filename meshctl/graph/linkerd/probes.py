"""The probes of Kubernetes that routes on Servers take away."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.linkerd import (
    ExternalWorkload,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    ServerAuthorization,
)
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.permissions import permissions
from meshctl.graph.linkerd.ports import Probe, http_probes
from meshctl.graph.linkerd.servers import server_pods, servers_by_port
from meshctl.graph.mesh import MeshGraph, index


class RefusedProbe(NamedTuple):
    """A probe that fails because of `route`. `routed` says that a route takes it, which no policy allows."""

    server: LinkerdServer
    route: GatewayRoute
    workload: Workload
    probe: Probe
    routed: bool


@index(
    LinkerdServer,
    LinkerdAuthorizationPolicy,
    ServerAuthorization,
    GatewayRoute,
    Workload,
    ExternalWorkload,
)
def refused_probes(mesh: MeshGraph) -> Sequence[RefusedProbe]:
    """The first probe of each Server that its routes keep from the pods."""
    return tuple(found for server in mesh.all(LinkerdServer) for found in _of(mesh, server))


def _of(mesh: MeshGraph, server: LinkerdServer) -> Iterator[RefusedProbe]:
    routes = [route for route in permissions(mesh).routes(server) if route.id.kind == "HTTPRoute"]
    if not routes:
        return
    asked: set[str] = set()
    for workload, port in server_pods(mesh).of(server).declaring(server.port):
        if not isinstance(workload, Workload) or servers_by_port(mesh).of(workload, port) is not server:
            continue
        for probe in http_probes(workload):
            if probe.port != port or probe.url in asked:
                continue
            asked.add(probe.url)
            taking = [route for route in routes if takes(route, probe.url)]
            if not any(permissions(mesh).admits_kubelet(server, route) for route in taking):
                yield RefusedProbe(server, routes[0], workload, probe, bool(taking))
                return


def takes(route: GatewayRoute, url: str) -> bool:
    """Whether a route takes a GET of this path without any header or parameter."""
    for rule in route.rules:
        matches = [match for _, match in numbered(rule.fields.get("matches"))]
        if not matches or any(_takes(match, url) for match in matches):
            return True
    return not route.rules


def _takes(match: Fields, url: str) -> bool:
    if match.get("headers") or match.get("queryParams") or match.get("method") not in (None, "GET"):
        return False
    path = mapping(match.get("path"))
    how, value = text(path.get("type")) or "PathPrefix", text(path.get("value")) or "/"
    if how == "Exact":
        return url == value
    prefix = value.rstrip("/")
    return how == "RegularExpression" or url == prefix or url.startswith(f"{prefix}/")
