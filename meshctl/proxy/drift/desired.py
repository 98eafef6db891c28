"""Everything that resources want of the proxies of one workload, by object of Envoy's; made once for all of them."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from msgspec import Struct

from meshctl.graph.fields import mapping
from meshctl.graph.kinds.networking import MESH, VirtualService
from meshctl.graph.viewpoint.boundservices import gateway_services, is_untold, mesh_services
from meshctl.graph.viewpoint.policies import alternatives, policy
from meshctl.graph.viewpoint.provided import ProvidedPort
from meshctl.graph.viewpoint.scope import home_of, scope, sidecar_of
from meshctl.graph.viewpoint.servings import Serving, servings
from meshctl.graph.viewpoint.viewer import Viewer, deciding_labels
from meshctl.model.paths import Path
from meshctl.proxy.drift.authorizationpolicy import wants_of_authorization
from meshctl.proxy.drift.clusters import wants_of_cluster, wants_of_policy
from meshctl.proxy.drift.endpoints import EndpointPlan, endpoint_plans
from meshctl.proxy.drift.gateway import wants_of_host, wants_of_listener
from meshctl.proxy.drift.inbound import wants_of_authentication
from meshctl.proxy.drift.inboundclusters import wants_of_inbound_cluster
from meshctl.proxy.drift.l4routes import wants_of_l4_routes
from meshctl.proxy.drift.outbound import wants_of_mode
from meshctl.proxy.drift.requestauthentication import wants_of_tokens
from meshctl.proxy.drift.routes import PlannedHost
from meshctl.proxy.drift.values import dig
from meshctl.proxy.drift.virtualservice import PlannedRoute, plan
from meshctl.proxy.drift.wants import Aspect, Want, want

HTTP_PORT = 80
"""Where hosts that no Service listens for are served as well."""


class PlannedHosts(Struct, frozen=True):
    """The planned routes of one virtual host, and what else is wanted of it."""

    hosts: tuple[PlannedHost, ...]
    wants: tuple[Want, ...] = ()


@dataclass(frozen=True)
class Desired:
    """What is wanted of clusters by name, of virtual hosts by route configuration and name, of endpoints by cluster.

    `alternatives` are what would be wanted of a cluster if one field had another value, each with that field.
    """

    viewer: Viewer
    clusters: Mapping[str, tuple[Want, ...]]
    virtual_hosts: Mapping[str, Mapping[str, PlannedHosts]]
    endpoints: Mapping[str, EndpointPlan]
    alternatives: Mapping[str, tuple[tuple[Want, tuple[Want, ...]], ...]]
    inbound: tuple[Want, ...]
    needed: frozenset[str]
    http_ports: frozenset[str]

    def of_cluster(self, name: str) -> tuple[Want, ...]:
        """What is wanted of a cluster, also of one whose Service the input does not have."""
        if name in self.clusters:
            return self.clusters[name]
        parts = name.split("|")
        if parts[0] == "inbound":
            return tuple(wants_of_inbound_cluster(self.viewer, int(parts[1]))) if parts[1].isdecimal() else ()
        if len(parts) != 4 or parts[0] != "outbound" or not parts[1].isdecimal():
            return ()
        port, subset, host = int(parts[1]), parts[2], parts[3]
        found = policy(self.viewer, host, home_of(self.viewer, host), subset, port)
        unknown = ProvidedPort(port, "", "", (), ())
        return tuple(wants_of_policy(self.viewer, found, unknown)) if found else ()

    def of_listener(self, name: str) -> tuple[Want, ...]:
        """What is wanted of a listener."""
        if not self.viewer.is_sidecar:
            return (*wants_of_listener(self.viewer, name), *self.inbound)
        if name == "virtualInbound":
            return self.inbound
        return tuple(wants_of_mode(self.viewer) if name == "virtualOutbound" else wants_of_l4_routes(self.viewer, name))


def desired(viewer: Viewer, like: Desired | None = None) -> Desired:
    """What all resources want of the proxies of a viewer; `like` is of one with the same `audience`."""
    if like is not None:
        return replace(like, viewer=viewer, inbound=_inbound(viewer))
    hosts = _mesh_hosts(viewer) if viewer.is_sidecar else _gateway_hosts(viewer)
    return Desired(
        viewer=viewer,
        clusters=_clusters(viewer),
        alternatives=_alternatives(viewer),
        virtual_hosts=hosts,
        endpoints=endpoint_plans(viewer),
        inbound=_inbound(viewer),
        http_ports=_http_ports(viewer),
        needed=frozenset(
            viewer.fqdn(d.host, planned.source.namespace)
            for named in hosts.values()
            for entry in named.values()
            for planned in entry.hosts
            for d in planned.source.destinations
        ),
    )


def _inbound(viewer: Viewer) -> tuple[Want, ...]:
    authentication = wants_of_authentication(viewer) if viewer.is_sidecar else ()
    return (*authentication, *wants_of_authorization(viewer), *wants_of_tokens(viewer))


def audience(viewer: Viewer) -> Hashable:
    """What workloads have in common that are told the same about other hosts; policies for themselves may differ."""
    if not viewer.is_sidecar:
        return viewer
    sidecar = sidecar_of(viewer)
    selecting = {key: viewer.labels.get(key) for key in deciding_labels(viewer.mesh)}
    return viewer.namespace, sidecar.id if sidecar else None, frozenset(selecting.items())


def _http_ports(viewer: Viewer) -> frozenset[str]:
    """Ports with HTTP, of which there are routes; none where a Sidecar says itself which ports there are."""
    visible = scope(viewer)
    ports = (port for provider in visible.hosts.values() for port in provider.ports)
    return frozenset(str(port.number) for port in ports if port.is_http is True) if visible.whole else frozenset()


def _clusters(viewer: Viewer) -> dict[str, tuple[Want, ...]]:
    found = {}
    for host, provider in scope(viewer).hosts.items():
        home = provider.source.namespace
        subsets = {s.name for rule in viewer.rules(host, home) for s in rule.subsets if s.name}
        for port in provider.ports:
            for subset in ("", *sorted(subsets)):
                own = policy(viewer, host, home, subset, port.number)
                name = f"outbound|{port.number}|{subset}|{host}"
                found[name] = tuple(wants_of_cluster(viewer, provider, port, own))
    return found


def _alternatives(viewer: Viewer) -> dict[str, tuple[tuple[Want, tuple[Want, ...]], ...]]:
    """Settings for single ports replace everything, so that one wrong port number changes all fields."""
    found = {}
    for host, provider in scope(viewer).hosts.items():
        home = provider.source.namespace
        rules = viewer.rules(host, home)
        if not any("portLevelSettings" in str(rule.spec) for rule in rules):
            continue
        for port in provider.ports:
            for subset in ("", *sorted({s.name for rule in rules for s in rule.subsets if s.name})):
                found[f"outbound|{port.number}|{subset}|{host}"] = tuple(
                    (
                        want(rule, path, _WHOLE, dig(rule.data, *path)),
                        tuple(wants_of_cluster(viewer, provider, port, own)),
                    )
                    for rule, path, own in alternatives(viewer, host, home, subset, port.number)
                )
    return found


_WHOLE = Aspect("circuit_breakers, outlier_detection, lb_policy, transport_socket", lambda cluster: None, ())


def _mesh_hosts(viewer: Viewer) -> dict[str, dict[str, PlannedHosts]]:
    """The first VirtualService for a host has it; the next ones for it are not used by sidecars."""
    found: dict[str, dict[str, PlannedHosts]] = defaultdict(dict)
    for source in mesh_services(viewer):
        plans: dict[int, PlannedHost] = {}
        for i, host in source.hosts:
            if "*" in host:
                continue
            full = viewer.fqdn(host, source.namespace)
            provider = scope(viewer).hosts.get(full)
            if provider is None and home_of(viewer, full):
                # A Service that the input does not have: which ports it has is told by the proxies.
                continue
            ports = [p for p in provider.ports if p.is_http is not False] if provider else []
            for number in dict.fromkeys([*(p.number for p in ports), HTTP_PORT]):
                if provider and number == HTTP_PORT and _occupied(provider.ports, ports):
                    continue
                path: Path = ("spec", "hosts", i)
                if number not in plans:
                    routes = plan(viewer, source, MESH, number, partial(_same_port, number))
                    plans[number] = PlannedHost(source, path, _told(viewer, source, routes))
                planned = PlannedHost(source, path, plans[number].routes)
                found[str(number)].setdefault(f"{full}:{number}", PlannedHosts((planned,)))
    return dict(found)


def _told(viewer: Viewer, source: VirtualService, routes: tuple[PlannedRoute, ...]) -> tuple[PlannedRoute, ...] | None:
    """None where nobody tells the routes: delegates that are not there, or as it has none for HTTP."""
    return None if is_untold(viewer, source) or not routes else routes


def _same_port(number: int, host: str) -> int:
    """Sidecars send to the port that the client asked for."""
    return number


def _occupied(ports: tuple[ProvidedPort, ...], http: list[ProvidedPort]) -> bool:
    """Whether a host has something else than HTTP at the port for HTTP."""
    return any(p.number == HTTP_PORT for p in ports) and not any(p.number == HTTP_PORT for p in http)


def _gateway_hosts(viewer: Viewer) -> dict[str, dict[str, PlannedHosts]]:
    """VirtualServices for one host are merged by gateways: each has routes of its own in it."""
    found: dict[str, dict[str, PlannedHosts]] = defaultdict(dict)
    for serving in servings(viewer):
        if not serving.is_http:
            continue
        place = (serving.gateway.namespace, serving.gateway.name)
        for source in gateway_services(viewer, place):
            routes = plan(viewer, source, "/".join(place), serving.port, partial(_only_port, viewer, serving.port))
            for i, host in source.hosts:
                full = viewer.fqdn(host, source.namespace)
                if not serving.serves(full, source) or not _literal(serving, full):
                    continue
                planned = PlannedHost(source, ("spec", "hosts", i), _told(viewer, source, routes))
                for config in route_configs(serving):
                    named = found[config]
                    before = named.get(f"{full}:{serving.port}")
                    hosts = (*(before.hosts if before else ()), planned)
                    named[f"{full}:{serving.port}"] = PlannedHosts(hosts, tuple(wants_of_host(serving)))
    return dict(found)


def _literal(serving: Serving, host: str) -> bool:
    """Whether the virtual host has the name of the VirtualService's host: a wildcard is narrowed to the server's."""
    return not host.startswith("*") or any(entry.rpartition("/")[2] in (host, "*") for _, entry in serving.server.hosts)


def _only_port(viewer: Viewer, listening: int, host: str) -> int | None:
    """Gateways send to the only port of a host; where it has several, to the one that they listen on."""
    provider = scope(viewer).hosts.get(host)
    if provider is None:
        return None
    numbers = {p.number for p in provider.ports}
    return numbers.pop() if len(numbers) == 1 else listening


def route_configs(serving: Serving) -> tuple[str, ...]:
    """Names that the route configuration of a server may have: some releases use the port of the pod, some its own."""
    bind = f".{serving.server.bind}" if serving.server.bind else ""
    if serving.protocol != "HTTPS":
        return (f"http.{serving.target}{bind}",)
    gateway, name = serving.gateway, mapping(serving.fields.get("port")).get("name", "")
    rest = f"{name}.{gateway.name}.{gateway.namespace}{bind}"
    return tuple(dict.fromkeys(f"https.{port}.{rest}" for port in (serving.target, serving.port)))


def bound_elsewhere(source: VirtualService, found: Desired) -> bool:
    """Whether a VirtualService is not for these proxies at all."""
    if found.viewer.is_sidecar:
        return source not in mesh_services(found.viewer)
    places = {(s.gateway.namespace, s.gateway.name) for s in servings(found.viewer)}
    return not places & set(source.gateway_references)
