"""Who authorizes what: the policies of each Server, of its routes and of its namespace."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from meshctl.graph.fields import labels, mapping, text
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.linkerd import (
    HTTP_ROUTE,
    MESH_TLS,
    NAMESPACE,
    SERVER,
    SERVICE_ACCOUNT,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    MeshTlsAuthentication,
    NetworkAuthentication,
    Reference,
    ServerAuthorization,
)
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.selectors import Selectable, label_selector_matches
from meshctl.model.ids import KindKey

ROUTE_KINDS = (HTTP_ROUTE, *(KindKey("gateway.networking.k8s.io", k) for k in ("HTTPRoute", "GRPCRoute")))
"""The kinds of routes that a policy may be for."""

# Linkerd lets everybody in with these, or only notes whom it would not.
_OPEN = frozenset({"all-unauthenticated", "cluster-unauthenticated", "audit"})


class Permissions:
    """The policies by what they are for."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._of_target: dict[tuple[KindKey, str, str], list[LinkerdAuthorizationPolicy]] = defaultdict(list)
        for policy in mesh.all(LinkerdAuthorizationPolicy):
            target = policy.target
            for kind in (SERVER, NAMESPACE, *ROUTE_KINDS):
                if target.means(kind):
                    self._of_target[kind, policy.namespace, target.name].append(policy)
        self._routes: dict[tuple[str, str], list[GatewayRoute]] = defaultdict(list)
        for route in mesh.all(GatewayRoute):
            for parent in route.parents:
                if parent.kind == SERVER:
                    self._routes[parent.namespace, parent.name].append(route)
        self._older: dict[tuple[str, str], list[ServerAuthorization]] = defaultdict(list)
        for authorization, server in _older(mesh):
            self._older[server.namespace, server.name].append(authorization)

    def routes(self, server: LinkerdServer) -> Sequence[GatewayRoute]:
        """The routes that attach to a Server."""
        return self._routes.get((server.namespace, server.name), ())

    def of_server(self, server: LinkerdServer) -> Sequence[LinkerdAuthorizationPolicy]:
        """The policies for a Server as a whole: its own, and those of its namespace."""
        own = self._of_target.get((SERVER, server.namespace, server.name), [])
        return [*own, *self._of_target.get((NAMESPACE, server.namespace, server.namespace), [])]

    def of_route(self, route: GatewayRoute) -> Sequence[LinkerdAuthorizationPolicy]:
        """The policies for a route."""
        return self._of_target.get((route.id.kind_key, route.namespace, route.name), ())

    def older(self, server: LinkerdServer) -> Sequence[ServerAuthorization]:
        """The ServerAuthorizations for a Server."""
        return self._older.get((server.namespace, server.name), ())

    def any_for(self, server: LinkerdServer) -> bool:
        """Whether anything lets anybody talk to a Server, or to one of its routes."""
        routes = any(self.of_route(route) for route in self.routes(server))
        return bool(routes or self.of_server(server) or self.older(server))

    def admits_kubelet(self, server: LinkerdServer, route: GatewayRoute) -> bool:
        """Whether clients without an identity, as the kubelet, may send what a route of a Server takes."""
        policies = (*self.of_server(server), *self.of_route(route))
        return (
            server.access in _OPEN
            or any(not demands_identity(policy) for policy in policies)
            or any(one.client.get("unauthenticated") is True for one in self.older(server))
        )


@index(LinkerdAuthorizationPolicy, ServerAuthorization, LinkerdServer, GatewayRoute)
def permissions(mesh: MeshGraph) -> Permissions:
    """Who authorizes what."""
    return Permissions(mesh)


def demands_identity(policy: LinkerdAuthorizationPolicy) -> bool:
    """Whether a policy is for clients with mTLS alone."""
    return any(ref.means(MESH_TLS) or ref.means(SERVICE_ACCOUNT) for ref in policy.authentications)


def unresolved(mesh: MeshGraph, ref: Reference) -> Missing | None:
    """The absence of what a policy demands of clients; None where it is there, or is a ServiceAccount."""
    for kind in (MeshTlsAuthentication, NetworkAuthentication):
        if ref.means(kind.KINDS[0]) and mesh.get(kind, ref.namespace, ref.name) is None:
            return Missing(kind.KINDS[0].kind, ref.full_name, kind.KINDS, ref.namespace)
    return None


@index(ServerAuthorization, LinkerdServer)
def older_targets(mesh: MeshGraph) -> dict[ServerAuthorization, list[LinkerdServer]]:
    """The Servers of each ServerAuthorization."""
    found: dict[ServerAuthorization, list[LinkerdServer]] = {one: [] for one in mesh.all(ServerAuthorization)}
    for authorization, server in _older(mesh):
        found[authorization].append(server)
    return found


def _older(mesh: MeshGraph) -> Iterator[tuple[ServerAuthorization, LinkerdServer]]:
    servers = Selectable(mesh.all(LinkerdServer), lambda s: s.namespace, lambda s: s.labels)
    for authorization in mesh.all(ServerAuthorization):
        selector = mapping(authorization.server.get("selector"))
        if name := text(authorization.server.get("name")):
            named = mesh.get(LinkerdServer, authorization.namespace, name)
            found = [named] if named else []
        elif "selector" in authorization.server:
            carried = servers.selected_by(labels(selector.get("matchLabels")), authorization.namespace)
            found = [s for s in carried if label_selector_matches(selector, s.labels)]
        else:
            found = []
        for server in found:
            yield authorization, server
