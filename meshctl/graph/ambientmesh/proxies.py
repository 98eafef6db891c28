"""Clients that apply rules for traffic themselves: sidecars, and gateways that lead to a host."""

from collections.abc import Iterable

from meshctl.graph.hosts import EVERYWHERE, hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.gatewayroutes import SERVICE, GatewayRoute
from meshctl.graph.kinds.networking import ServiceEntry, VirtualService
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxied import gets_proxy, is_gateway
from meshctl.graph.webhooks import INJECTION, REVISION


class Sidecars:
    """In which namespaces there are sidecars, or may be."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._places = frozenset(
            w.namespace for w in mesh.all(Workload) if not is_gateway(w) and gets_proxy(mesh, w) is not False
        )

    def may_be_in(self, namespace: str) -> bool:
        """Whether a namespace has sidecars, gets them for new pods, or was not read."""
        place = self._mesh.get(Namespace, "", namespace)
        asked = place is not None and (place.labels.get(INJECTION) == "enabled" or place.labels.get(REVISION))
        return namespace in self._places or place is None or bool(asked)

    def are_among(self, scopes: Iterable[str]) -> bool:
        """Whether there is one in some of these namespaces; `*` is all that were read."""
        return any(bool(self._places) if scope == EVERYWHERE else scope in self._places for scope in scopes)


@index(Workload, Namespace, MutatingWebhookConfiguration, ConfigMap)
def sidecars_in(mesh: MeshGraph) -> Sidecars:
    """In which namespaces there are sidecars."""
    return Sidecars(mesh)


@index(GatewayRoute, VirtualService, Service, ServiceEntry)
def led_to_by_gateways(mesh: MeshGraph) -> frozenset[str]:
    """The full host names to which routes of gateways lead."""
    known = hosts(mesh)
    of_routes = (
        known.of_service(backend.name, backend.namespace)
        for route in mesh.all(GatewayRoute)
        if route.wants_gateway
        for backend in route.backends
        if backend.kind == SERVICE
    )
    of_services = (
        known.fqdn(to.host, vs.namespace)
        for vs in mesh.all(VirtualService)
        if vs.gateway_references
        for to in vs.destinations
    )
    return frozenset((*of_routes, *of_services))
